const { spawnSync } = require('node:child_process');

/** Runs jest in a process of its own. @returns Its exit code. */
function runJest(args) {
  const { status } = spawnSync(process.execPath, [require.resolve('jest/bin/jest'), ...args], { stdio: 'inherit' });
  return status ?? 1;
}

module.exports = { runJest };
