#!/usr/bin/env node
/**
 * `holdfast dev|worker|api|monitor` runs a role; `holdfast COMMAND [options]` runs the command line. In a checkout,
 * which has its sources beside it, the set-up comes first.
 */
const { existsSync } = require('node:fs');
const path = require('node:path');

const ROLES = { dev: 'embedded', worker: 'worker', api: 'api', monitor: 'monitor' };

function run() {
  const role = Object.hasOwn(ROLES, process.argv[2] ?? '') ? ROLES[process.argv[2]] : undefined;
  if (role === undefined) return require('../dist/cli/main.js');
  const [name] = process.argv.splice(2, 1);
  if (name === 'dev') process.argv.push('--watch');
  return require(`../dist/${role}/main.js`);
}

if (existsSync(path.join(__dirname, '..', 'src'))) {
  require('../scripts/setup')
    .setUp({ python: false })
    .then(run);
} else run();
