/** Sets up, then runs the benchmark: `bench.js [arguments]`. It is TypeScript outside the build, so jiti loads it. */
const path = require('node:path');
const { setUp } = require('./setup');

setUp().then(() => {
  const { createJiti } = require('jiti');
  return createJiti(__filename).import(path.join(__dirname, '..', 'bench', 'main.ts'));
});
