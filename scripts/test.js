/**
 * Sets up, then runs the tests of a stage: `test.js quick|long|all [--counts=FILE] [arguments of jest]`.
 * FILE receives how many tests passed, failed and were skipped; it is for whole stages.
 */
const { writeFileSync } = require('node:fs');
const { runJest } = require('./lib/run-jest');
const { runStage } = require('./lib/run-stage');
const { setUp } = require('./setup');

const COUNTS = '--counts=';
const [stage, ...args] = process.argv.slice(2);
// Read by jest.config.js.
process.env.TEST_STAGE = stage;

setUp().then(() => {
  const countsFile = args.find((arg) => arg.startsWith(COUNTS))?.slice(COUNTS.length);
  const forJest = args.filter((arg) => !arg.startsWith(COUNTS));
  // Whoever asks for certain tests wants their first answer.
  if (forJest.some((arg) => arg !== '--ci')) {
    process.exitCode = runJest(forJest);
    return;
  }
  const { code, counts } = runStage(forJest);
  if (countsFile) writeFileSync(countsFile, JSON.stringify(counts));
  process.exitCode = code;
});
