/**
 * Removes what is needed for development only, for an image or a host that runs the shipped app. `npm prune` would also
 * remove the packages that single task types need, since an app that installs Holdfast chooses among them.
 */
const { execFileSync } = require('node:child_process');
const { devDependencies, peerDependenciesMeta } = require('../package.json');
const { root } = require('./lib/step');

const kept = Object.keys(peerDependenciesMeta).map((name) => `${name}@${devDependencies[name]}`);
const args = [
  'install',
  '--save-prod',
  '--save-exact',
  '--omit=dev',
  '--ignore-scripts',
  '--no-audit',
  '--no-fund',
  ...kept,
];
execFileSync('npm', args, { cwd: root, stdio: 'inherit' });
