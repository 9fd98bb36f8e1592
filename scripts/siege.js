/** Sets up, then measures what one client notices of others that mean harm: `siege.js`. */
const path = require('node:path');
const { setUp } = require('./setup');

setUp().then(() => {
  const { createJiti } = require('jiti');
  return createJiti(__filename).import(path.join(__dirname, '..', 'test', 'support', 'siege', 'main.ts'));
});
