import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { PAGES } from '../../src/api/dashboard';

const whenBuilt = existsSync(path.join(PAGES, 'index.html')) ? it : it.skip;

describe('the first page', () => {
  whenBuilt('is at most 200 KiB, gzipped, with its chart', () => {
    const script = path.join(__dirname, '..', '..', 'scripts', 'web-size.js');
    // It fails above the limit.
    expect(execFileSync(process.execPath, [script], { encoding: 'utf8' })).toMatch(
      /uPlot[\s\S]* together, of 200\.0 KiB at most/,
    );
  });
});
