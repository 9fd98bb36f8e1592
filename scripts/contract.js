/** Sets up, then puts generated requests to the API: `contract.js [--seed N] [--examples N] [--only TEXT] [--phases NAMES] [--seconds N]`. */
const path = require('node:path');
const { contractProgram } = require('./lib/python');
const { setUp } = require('./setup');

setUp().then(async () => {
  process.argv.push('--python', await contractProgram());
  const { createJiti } = require('jiti');
  return createJiti(__filename).import(path.join(__dirname, '..', 'test', 'support', 'contract', 'main.ts'));
});
