/**
 * A sequencer of jest: the files that take longest begin first, so that none of them is left over when the rest is
 * done. A fresh checkout has no times of its own; test/durations.json has those of an earlier run, in seconds.
 */
const path = require('node:path');
const Sequencer = require('@jest/test-sequencer').default;
const durations = require('../../test/durations.json');

const ROOT = path.join(__dirname, '..', '..');
/** A file that has not been measured, in seconds. */
const UNKNOWN = 30;

class LongestFirst extends Sequencer {
  sort(tests) {
    const seconds = ({ path: file }) => durations[path.relative(ROOT, file)] ?? UNKNOWN;
    return [...tests].sort((one, other) => seconds(other) - seconds(one));
  }
}

module.exports = LongestFirst;
