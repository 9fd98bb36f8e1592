/**
 * Runs all tests of a stage, then once more, alone, the few files that failed: a fault fails twice, but a test on real
 * servers may also meet a machine that stood still for a moment. What passes only then is named, for somebody to mend.
 */
const { mkdtempSync, readFileSync, rmSync } = require('node:fs');
const { tmpdir } = require('node:os');
const path = require('node:path');
const { runJest } = require('./run-jest');

/** More files than these do not fail by chance. */
const MOST_FILES = 3;

/** @returns The exit code, and how many tests passed, failed and were skipped in the end. */
function runStage(args) {
  const folder = mkdtempSync(path.join(tmpdir(), 'holdfast-jest-'));
  try {
    const first = withResult(args, path.join(folder, 'first.json'));
    const failed = first.files.filter(({ status }) => status === 'failed').map(({ name }) => name);
    if (failed.length === 0 || failed.length > MOST_FILES) return { code: first.code, counts: count(first.files) };
    const names = failed.map((file) => path.relative('', file)).join(', ');
    console.error(`\nFailed, so run once more, alone: ${names}`);
    const again = [...args, '--maxWorkers=1', '--runTestsByPath', ...failed];
    const second = withResult(again, path.join(folder, 'second.json'));
    if (second.code === 0) console.error(`\nUnsteady, passed only when run again: ${names}`);
    const others = first.files.filter(({ name }) => !failed.includes(name));
    return { code: second.code, counts: count([...others, ...second.files]) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @returns Jest's own result for each file. There is none when jest could not run, which the exit code says. */
function withResult(args, outputFile) {
  const code = runJest([...args, '--json', `--outputFile=${outputFile}`]);
  try {
    return { code, files: JSON.parse(readFileSync(outputFile, 'utf8')).testResults };
  } catch {
    return { code: code || 1, files: [] };
  }
}

function count(files) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const { status, assertionResults } of files) {
    const states = assertionResults.map((test) => test.status);
    counts.passed += states.filter((state) => state === 'passed').length;
    counts.skipped += states.filter((state) => ['pending', 'skipped', 'todo'].includes(state)).length;
    // A file that does not even load has no failed tests of its own, so it counts as one.
    counts.failed += states.filter((state) => state === 'failed').length || (status === 'failed' ? 1 : 0);
  }
  return counts;
}

module.exports = { runStage };
