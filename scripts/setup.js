/**
 * Makes the checkout ready to run: dependencies from the lockfile, the build, the Python environment; each only
 * when needed.
 * `npm start` and its like call it first. It runs before node_modules exists, so it needs nothing but Node.
 */
const NODE = [20, 19];

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < NODE[0] || (major === NODE[0] && minor < NODE[1])) {
  console.error(`Holdfast needs Node ${NODE.join('.')} or newer; this is Node ${process.versions.node}.`);
  process.exit(1);
}

const { build, buildIsCurrent } = require('./lib/build');
const { dependenciesAreInstalled, installDependencies } = require('./lib/dependencies');
const { withSetupLock } = require('./lib/lock');
const { environmentIsThere, makeEnvironment } = require('./lib/python');
const { SetupError } = require('./lib/step');

/**
 * Ends the process with one line when a step fails.
 * @param python False: what runs shall not wait for a Python environment, nor need one.
 */
async function setUp({ python = true } = {}) {
  if (dependenciesAreInstalled() && buildIsCurrent() && (!python || environmentIsThere())) return;
  try {
    await withSetupLock(async () => {
      if (!dependenciesAreInstalled()) await installDependencies();
      if (!buildIsCurrent()) await build();
      if (python && !environmentIsThere()) await makeEnvironment();
    });
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    console.error(error.message);
    process.exit(1);
  }
}

module.exports = { setUp };

if (require.main === module) setUp();
