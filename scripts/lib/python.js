/** Makes the Python environment of citations.extract. It is a part that may be missing: no failure ends the set-up. */
const { createHash } = require('node:crypto');
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { root, SetupError, step } = require('./step');

const REQUIREMENTS = path.join(root, 'python', 'requirements.txt');
const STAMP = '.made-from';
/** Fails below this version, and names it. */
const CHECK_VERSION =
  'import sys; sys.exit(f"is version {sys.version.split()[0]}" if sys.version_info < (3, 10) else 0)';

/** Also true when the setting names an environment, which is then not ours to make. */
function environmentIsThere() {
  if (process.env.HOLDFAST_PYTHON) return true;
  try {
    return fs.readFileSync(path.join(environment(), STAMP), 'utf8') === stampOf(environment());
  } catch (error) {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return false;
    throw error;
  }
}

/** Makes it beside its place and moves it there: a worker must find it whole, or not at all. */
async function makeEnvironment() {
  const place = environment();
  const temporary = `${place}-${process.pid}`;
  try {
    // One of other versions is worse than none: its results would differ from what the project's tests have seen.
    fs.rmSync(place, { recursive: true, force: true });
    const python = findPython();
    fs.mkdirSync(path.dirname(place), { recursive: true });
    await fill(temporary, python);
    fs.renameSync(temporary, place);
    fs.rmSync(reasonFile(), { force: true });
  } catch (error) {
    tell(error);
  } finally {
    fs.rmSync(temporary, { recursive: true, force: true });
  }
}

/** With pip from outside: a Debian without python3-venv cannot put one into a virtual environment. */
async function fill(folder, python) {
  await step('Making a Python environment', [python, '-m', 'venv', '--without-pip', folder]);
  const own = path.join(folder, 'bin', 'python');
  const target = execFileSync(own, ['-c', 'import sysconfig; print(sysconfig.get_path("purelib"))'], {
    encoding: 'utf8',
  }).trim();
  const what = ['--require-hashes', '--only-binary', ':all:', '--no-deps', '--requirement', REQUIREMENTS];
  const how = ['--disable-pip-version-check', '--no-input', '--retries', '1', '--timeout', '20', '--target', target];
  // A user's pip settings may ask for --user or a virtual environment; neither goes with --target.
  const env = { PIP_USER: '0', PIP_REQUIRE_VIRTUALENV: '0' };
  await step('Installing the citation library', [python, '-m', 'pip', 'install', ...how, ...what], { env });
  await step('Trying the citation library', [own, '-c', 'import eyecite, striprtf']);
  fs.writeFileSync(path.join(folder, STAMP), stampOf(folder));
}

function findPython() {
  let trouble = 'is not on PATH';
  for (const name of ['python3', 'python']) {
    try {
      execFileSync(name, ['-c', CHECK_VERSION], { stdio: ['ignore', 'ignore', 'pipe'] });
      return name;
    } catch (error) {
      if (error.code !== 'ENOENT') trouble = String(error.stderr ?? '').trim() || error.message;
    }
  }
  throw new SetupError(`Python 3.10 or newer is needed, and python3 ${trouble}`);
}

/** The reason is also kept where workers and the API find it. */
function tell(error) {
  const reason = reasonOf(error);
  console.error(`citations.extract will not be offered. ${reason}`);
  fs.mkdirSync(path.dirname(reasonFile()), { recursive: true });
  fs.writeFileSync(reasonFile(), reason);
}

/** pip says much and means its ERROR lines. */
function reasonOf(error) {
  if (!(error instanceof SetupError)) return String(error);
  const lines = (error.output ?? '').split('\n').filter((line) => line.startsWith('ERROR:'));
  const said = lines.map((line) => line.slice('ERROR:'.length).trim()).join(' ');
  return error.message.replace(/What it said is above\.$/, said).trim();
}

function environment() {
  return path.join(path.resolve(process.env.HOLDFAST_HOME || '.holdfast'), 'tools', 'citations');
}

function reasonFile() {
  return `${environment()}.missing`;
}

/** Packages and interpreter: those of one Python are nothing to the next one that a system gets. */
function stampOf(folder) {
  const requirements = createHash('sha256').update(fs.readFileSync(REQUIREMENTS)).digest('hex');
  return `${requirements} ${fs.realpathSync(path.join(folder, 'bin', 'python'))}`;
}

module.exports = { environmentIsThere, makeEnvironment };
