/**
 * Measures what a newcomer does: from an empty folder to the first result of a task type of one's own, with the packed tarball and npm's
 * own cache. Prints each command, its seconds, and the lines that `init` wrote: `first-result.js`.
 */
const { execFileSync, spawn } = require('node:child_process');
const fs = require('node:fs');
const { createServer } = require('node:net');
const os = require('node:os');
const path = require('node:path');
const { root } = require('./lib/step');
const { setUp } = require('./setup');

const INPUT = '{"name":"Ada"}';
const OWN = ['holdfast.config.ts', 'tasks/hello-say.ts'];

async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => probe.once('listening', resolve));
  const { port } = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return String(port);
}

/** `holdfast dev`, until it says that it is ready. */
async function dev(options) {
  const child = spawn('npx', ['holdfast', 'dev'], { ...options, stdio: ['ignore', 'pipe', 'inherit'], detached: true });
  let said = '';
  await new Promise((resolve, reject) => {
    child.stdout.on('data', (data) => {
      said += data;
      if (said.includes('Ready.')) resolve();
    });
    child.on('exit', () => reject(new Error(`It ended: ${said}`)));
  });
  return () => {
    child.removeAllListeners('exit');
    const gone = new Promise((resolve) => child.once('exit', resolve));
    process.kill(-child.pid, 'SIGINT');
    return gone;
  };
}

async function main() {
  await setUp({ python: false });
  const { findTemporalCli } = require('../dist/embedded/find-temporal');
  const toolsFolder = path.join(root, '.holdfast', 'tools');
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-first-'));
  const app = path.join(folder, 'my-app');
  fs.mkdirSync(app);
  const pack = ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder];
  const tarball = execFileSync('npm', pack, { cwd: root, encoding: 'utf8' }).trim();
  const [HOLDFAST_PORT, HOLDFAST_TEMPORAL_PORT, HOLDFAST_UI_PORT] = [
    await freePort(),
    await freePort(),
    await freePort(),
  ];
  const TEMPORAL_CLI_PATH = await findTemporalCli({ toolsFolder, log: console.error });
  const env = { ...process.env, HOLDFAST_PORT, HOLDFAST_TEMPORAL_PORT, HOLDFAST_UI_PORT, TEMPORAL_CLI_PATH };
  const options = { cwd: app, env };
  let total = 0;
  let stop = async () => {};
  const step = async (command, work) => {
    const began = Date.now();
    const result = await work();
    const seconds = (Date.now() - began) / 1000;
    total += seconds;
    console.log(`${seconds.toFixed(1).padStart(6)} s  ${command}`);
    return result;
  };
  const run = (command, args) => () =>
    execFileSync(command, args, { ...options, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  try {
    await step(
      `npm install ../${tarball}`,
      run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', `../${tarball}`]),
    );
    await step('npx holdfast init', run('npx', ['holdfast', 'init']));
    stop = await step('npx holdfast dev', () => dev(options));
    const submit = ['holdfast', 'submit', 'hello.say', '--input', INPUT, '--wait'];
    const said = await step(`npx holdfast submit hello.say --input '${INPUT}' --wait`, run('npx', submit));
    const lines = OWN.map((file) => fs.readFileSync(path.join(app, file), 'utf8').trimEnd().split('\n').length);
    console.log(
      `${total.toFixed(1).padStart(6)} s  together; ${lines.reduce((sum, count) => sum + count, 0)} lines in ${OWN.join(' and ')}`,
    );
    console.log(said.trim());
  } finally {
    await stop();
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

main().catch((error) => {
  console.error(error.stderr || error);
  process.exitCode = 1;
});
