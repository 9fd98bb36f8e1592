/** Lets one set-up at a time work on this checkout: `npm start` and `npm test` may be typed side by side. */
const fs = require('node:fs');
const path = require('node:path');
const { setTimeout: sleep } = require('node:timers/promises');
const { root } = require('./step');

const LOCK = path.join(root, '.holdfast', 'setup.lock');
/** A lock this old was left by a process whose number now belongs to another. */
const STALE_AFTER_MS = 1_800_000;

async function withSetupLock(work) {
  fs.mkdirSync(path.dirname(LOCK), { recursive: true });
  for (let told = false; !acquire(); told = true) {
    if (!told) console.error('Waiting for another set-up of this folder to end…');
    await sleep(300);
  }
  try {
    return await work();
  } finally {
    fs.rmSync(LOCK, { force: true });
  }
}

function acquire() {
  try {
    fs.writeFileSync(LOCK, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    if (isAbandoned()) fs.rmSync(LOCK, { force: true });
    return false;
  }
}

function isAbandoned() {
  try {
    if (Date.now() - fs.statSync(LOCK).mtimeMs > STALE_AFTER_MS) return true;
    const owner = Number(fs.readFileSync(LOCK, 'utf8'));
    // An owner that has made the file and not yet written its number is at work.
    if (owner) process.kill(owner, 0);
    return false;
  } catch (error) {
    return error.code === 'ESRCH';
  }
}

module.exports = { withSetupLock };
