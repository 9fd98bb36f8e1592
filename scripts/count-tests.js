/** Prints `N passed, N failed, N skipped` from the files that `test.js --counts` wrote, one a stage: `count-tests.js FILE…`. */
const { readFileSync } = require('node:fs');

const total = { passed: 0, failed: 0, skipped: 0 };
for (const file of process.argv.slice(2)) {
  const text = readFileSync(file, 'utf8');
  // Without counts the tests never ran; the exit code of the run says that this is a failure.
  if (!text) continue;
  for (const [state, count] of Object.entries(JSON.parse(text))) total[state] += count;
}
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
