/** Sets up, then records golden histories: `record-histories.js RELEASE [PATH...]`. jiti loads the TypeScript of the tests. */
const path = require('node:path');
const { setUp } = require('./setup');

setUp().then(() => {
  const { createJiti } = require('jiti');
  return createJiti(__filename).import(path.join(__dirname, '..', 'test', 'support', 'histories', 'record.ts'));
});
