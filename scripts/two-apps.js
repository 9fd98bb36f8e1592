/** Sets up, then runs two apps on one namespace, whose workers are killed at random: `two-apps.js [--seed N] [--tasks N]`. */
const path = require('node:path');
const { setUp } = require('./setup');

setUp().then(() => {
  const { createJiti } = require('jiti');
  return createJiti(__filename).import(path.join(__dirname, '..', 'test', 'support', 'two-apps', 'main.ts'));
});
