/**
 * Sets up, then runs what a cluster runs, as processes of this machine: `cluster.js`, or with `test` as its argument the
 * tests that need one.
 */
const path = require('node:path');
const { setUp } = require('./setup');

setUp().then(() => {
  if (process.argv[2] === 'test') {
    process.env.HOLDFAST_TEST_CLUSTER = 'on';
    return require('jest').run(['test/cluster', '--runInBand', ...process.argv.slice(3)]);
  }
  const { createJiti } = require('jiti');
  return createJiti(__filename).import(path.join(__dirname, '..', 'test', 'support', 'cluster', 'main.ts'));
});
