/** Installs the dependencies of the lockfile, unless they are there. */
const fs = require('node:fs');
const path = require('node:path');
const { root, step } = require('./step');

/**
 * npm writes node_modules/.package-lock.json last, so it names what is whole. Packages for other
 * platforms are in the lockfile only.
 */
function dependenciesAreInstalled() {
  const wanted = packagesOf('package-lock.json');
  const there = packagesOf('node_modules/.package-lock.json');
  return Object.entries(wanted).every(([place, { version, optional, devOptional }]) => {
    if (place === '') return true;
    return place in there ? there[place].version === version : optional || devOptional;
  });
}

function packagesOf(lockfile) {
  try {
    return JSON.parse(fs.readFileSync(path.join(root, lockfile), 'utf8')).packages;
  } catch (error) {
    if (error.code === 'ENOENT') return {};
    throw error;
  }
}

async function installDependencies() {
  // Under `npm start` this is the npm that runs; its own file needs no PATH.
  const npm = process.env.npm_execpath ?? '';
  const command = /npm-cli\.c?js$/.test(npm) ? [process.execPath, npm] : ['npm'];
  // NODE_ENV=production would leave out the compiler. No package needs its install scripts.
  await step('Installing dependencies', [
    ...command,
    'ci',
    '--include=dev',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
  ]);
}

module.exports = { dependenciesAreInstalled, installDependencies };
