/** Sets up, then runs one part of the build: `run.js PART [arguments]` runs dist/PART/main.js. */
const path = require('node:path');
const { setUp } = require('./setup');

setUp().then(() => {
  const [part] = process.argv.splice(2, 1);
  require(path.join(__dirname, '..', 'dist', part, 'main.js'));
});
