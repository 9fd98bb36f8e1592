/** Sets up, then runs the tests of a stage: `test.js quick|long|all [arguments of jest]`. */
const { setUp } = require('./setup');

const [stage, ...args] = process.argv.slice(2);
// Read by jest.config.js.
process.env.TEST_STAGE = stage;

setUp().then(() => require('jest').run(args));
