import { readFileSync } from 'node:fs';
import path from 'node:path';

const { licences } = require('../../scripts/licences') as {
  licences(): [name: string, version: string, licence: string][];
};

const ROOT = path.join(__dirname, '..', '..');
const read = (name: string) => readFileSync(path.join(ROOT, name), 'utf8');

/** Of what ships: each lets it be used and passed on beside MIT; LGPL is libvips, a library of its own. */
const MAY_BE = [
  '(MIT AND Zlib)',
  '(MIT OR GPL-3.0-or-later)',
  '0BSD',
  'Apache-2.0',
  'Apache-2.0 AND LGPL-3.0-or-later',
  'Apache-2.0 AND LGPL-3.0-or-later AND MIT',
  'Apache-2.0 AND MIT',
  'BSD',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'CC-BY-4.0',
  'ISC',
  'LGPL-3.0-or-later',
  'MIT',
  'MIT-0',
  'OFL-1.1',
  'SEE LICENSE IN README.md AND LICENSE',
  'Unlicense',
];

it('every package that ships has a licence that may be there', () => {
  const all = licences();
  expect(all.length).toBeGreaterThan(200);
  expect(all.filter(([, , licence]) => !MAY_BE.includes(licence))).toEqual([]);
});

it('every package is pinned, and none runs anything while it is installed', () => {
  const { dependencies, devDependencies, optionalDependencies } = JSON.parse(read('package.json'));
  const versions = Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies });
  expect(versions.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(String(version)))).toEqual([]);
  const installs = [
    ...(read('deploy/compose/Dockerfile').match(/npm ci.*/g) ?? ['none']),
    ...(read('scripts/lib/dependencies.js').match(/'ci',[^\]]*/g) ?? ['none']),
  ];
  for (const line of installs) expect(line).toContain('--ignore-scripts');
});
