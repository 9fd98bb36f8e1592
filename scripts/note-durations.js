/** Notes how long each test file took: `note-durations.js RESULT.json…`, of `jest --json --outputFile`. */
const fs = require('node:fs');
const path = require('node:path');

const root = path.join(__dirname, '..');
const file = path.join(root, 'test', 'durations.json');
const durations = {};
for (const result of process.argv.slice(2)) {
  for (const { name, startTime, endTime } of JSON.parse(fs.readFileSync(result, 'utf8')).testResults) {
    durations[path.relative(root, name)] = Math.round((endTime - startTime) / 1000);
  }
}
const sorted = Object.entries(durations).sort(([, one], [, other]) => other - one);
fs.writeFileSync(file, `${JSON.stringify(Object.fromEntries(sorted), null, 2)}\n`);
