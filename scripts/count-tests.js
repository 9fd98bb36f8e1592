/** Prints `N passed, N failed, N skipped` from the files that jest wrote, one a stage: `count-tests.js FILE…`. */
const { readFileSync } = require('node:fs');

const count = { passed: 0, failed: 0, skipped: 0 };
for (const file of process.argv.slice(2)) {
  const text = readFileSync(file, 'utf8');
  // Without a result jest never ran; the exit code of the run says that this is a failure.
  if (!text) continue;
  const result = JSON.parse(text);
  count.passed += result.numPassedTests;
  // A file of tests that does not even load has no failed tests of its own, so it counts as one.
  count.failed += result.numFailedTests + result.numRuntimeErrorTestSuites;
  count.skipped += result.numPendingTests + result.numTodoTests;
}
console.log(`${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`);
