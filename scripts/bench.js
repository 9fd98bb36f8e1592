/**
 * Sets up, then runs a benchmark: `bench.js [arguments]`, or `bench.js diagnose [arguments]`, `bench.js dashboard [arguments]`, or `bench.js peers [arguments]`. Benchmarks are
 * TypeScript outside the build, so jiti loads them.
 */
const path = require('node:path');
const { setUp } = require('./setup');

setUp().then(() => {
  const { createJiti } = require('jiti');
  const [folder = ''] = ['diagnose', 'dashboard', 'peers'].filter((name) => name === process.argv[2]);
  if (folder) process.argv.splice(2, 1);
  const main = path.join(__dirname, '..', 'bench', folder, 'main.ts');
  return createJiti(__filename).import(main);
});
