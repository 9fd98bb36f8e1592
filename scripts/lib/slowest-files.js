/** A reporter of jest: at the end of a run, its slowest ten files. */
const path = require('node:path');

const SHOWN = 10;

class SlowestFiles {
  onRunComplete(_contexts, { testResults }) {
    if (testResults.length <= SHOWN) return;
    const byTime = [...testResults].sort((a, b) => b.perfStats.runtime - a.perfStats.runtime);
    console.error('\nSlowest files:');
    for (const { testFilePath, perfStats } of byTime.slice(0, SHOWN)) {
      console.error(`${(perfStats.runtime / 1000).toFixed(1).padStart(7)} s  ${path.relative('', testFilePath)}`);
    }
  }
}

module.exports = SlowestFiles;
