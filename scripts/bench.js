/**
 * Sets up, then runs a benchmark: `bench.js [arguments]`, or `bench.js diagnose [arguments]`. Benchmarks are
 * TypeScript outside the build, so jiti loads them.
 */
const path = require('node:path');
const { setUp } = require('./setup');

setUp().then(() => {
  const { createJiti } = require('jiti');
  const ofDiagnosis = process.argv[2] === 'diagnose';
  if (ofDiagnosis) process.argv.splice(2, 1);
  const main = path.join(__dirname, '..', 'bench', ofDiagnosis ? 'diagnose' : '', 'main.ts');
  return createJiti(__filename).import(main);
});
