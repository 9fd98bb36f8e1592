/** Sets up, then runs chaos on a cluster of this machine: `chaos.js [--seed N] [--tasks N] [--rate N] [--rounds N] [--only TEXT]`. */
const path = require('node:path');
const { setUp } = require('./setup');

setUp().then(() => {
  const { createJiti } = require('jiti');
  return createJiti(__filename).import(path.join(__dirname, '..', 'test', 'support', 'chaos', 'main.ts'));
});
