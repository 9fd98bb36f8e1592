/** Prints `N passed, N failed, N skipped` from the file that jest wrote: `count-tests.js FILE`. */
const { readFileSync } = require('node:fs');

const text = readFileSync(process.argv[2], 'utf8');
// Without a result jest never ran; the exit code of the run says that this is a failure.
const result = text ? JSON.parse(text) : undefined;
// A file of tests that does not even load has no failed tests of its own, so it counts as one.
const failed = result ? result.numFailedTests + result.numRuntimeErrorTestSuites : 0;
const skipped = result ? result.numPendingTests + result.numTodoTests : 0;
console.log(`${result?.numPassedTests ?? 0} passed, ${failed} failed, ${skipped} skipped`);
