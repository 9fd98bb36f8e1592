/** Runs one command of the set-up, says how long it takes, and keeps its output for when it fails. */
const { spawn } = require('node:child_process');

const root = require('node:path').join(__dirname, '..', '..');

/** Thrown for anything that ends the set-up; its message is all that a person needs to see. A failed step's has its `output`. */
class SetupError extends Error {}

/**
 * @param {string} title What the step does, as in "Installing dependencies".
 * @param {string[]} command Program and arguments, run in the project's folder.
 * @param {{ env?: NodeJS.ProcessEnv }} [options] Environment variables besides those of this process.
 */
function step(title, [program, ...args], { env = {} } = {}) {
  const began = Date.now();
  const seconds = () => `${Math.round((Date.now() - began) / 1000)} s`;
  const ticking = progress(title, seconds);
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    child.stdout.on('data', (text) => (output += text));
    child.stderr.on('data', (text) => (output += text));
    child.on('error', (error) => end(`${program} cannot be run: ${error.message}`));
    child.on('close', (code, signal) =>
      end(code === 0 ? undefined : `${program} ended with ${signal ?? `code ${code}`}`),
    );

    function end(trouble) {
      ticking.stop();
      if (!trouble) {
        console.error(`${title}: done in ${seconds()}.`);
        return resolve();
      }
      if (output.trim()) console.error(output.trimEnd());
      reject(Object.assign(new SetupError(`${title} failed: ${trouble}. What it said is above.`), { output }));
    }
  });
}

/** On a terminal the seconds run on one line; in a log there is a line every ten seconds. */
function progress(title, seconds) {
  const live = process.stderr.isTTY;
  process.stderr.write(live ? `${title}…` : `${title}…\n`);
  const show = () => process.stderr.write(live ? `\r${title}… ${seconds()}` : `${title}… ${seconds()}\n`);
  const timer = setInterval(show, live ? 1000 : 10_000);
  return {
    stop() {
      clearInterval(timer);
      if (live) process.stderr.write('\r\u001b[K');
    },
  };
}

module.exports = { SetupError, root, step };
