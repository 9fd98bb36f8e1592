/** Sets up, then runs the tests: `test.js [arguments of jest]`. The tests' own set-up finds the Temporal servers. */
const { setUp } = require('./setup');

setUp().then(() => require('jest').run(process.argv.slice(2)));
