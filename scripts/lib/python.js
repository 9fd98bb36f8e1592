/** Makes Python environments. That of citations.extract is a part that may be missing: no failure ends the set-up. */
const { createHash } = require('node:crypto');
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { root, SetupError, step } = require('./step');

/** An environment: its folder below the tools of the home, what pip installs there, and how to see that it works. */
const CITATIONS = {
  name: 'citations',
  requirements: path.join(root, 'python', 'requirements.txt'),
  title: 'the citation library',
  trial: 'import eyecite, striprtf',
};
/** What `npm run contract` runs; no part of the product. */
const CONTRACT = {
  name: 'contract',
  requirements: path.join(root, 'trials', 'contract', 'requirements.txt'),
  title: 'Schemathesis',
  trial: 'import schemathesis',
};
const STAMP = '.made-from';
/** Fails below this version, and names it. */
const CHECK_VERSION =
  'import sys; sys.exit(f"is version {sys.version.split()[0]}" if sys.version_info < (3, 10) else 0)';

/** Also true when the setting names an environment, which is then not ours to make. */
function environmentIsThere() {
  return Boolean(process.env.HOLDFAST_PYTHON) || isMade(CITATIONS);
}

async function makeEnvironment() {
  try {
    await make(CITATIONS);
    fs.rmSync(reasonFile(), { force: true });
  } catch (error) {
    tell(error);
  }
}

/** The program that puts generated requests to the API; it is installed when it is missing. @throws SetupError. */
async function contractProgram() {
  if (!isMade(CONTRACT)) await make(CONTRACT);
  return path.join(placeOf(CONTRACT), 'bin', 'python');
}

function isMade(environment) {
  try {
    return (
      fs.readFileSync(path.join(placeOf(environment), STAMP), 'utf8') === stampOf(environment, placeOf(environment))
    );
  } catch (error) {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return false;
    throw error;
  }
}

/** Makes it beside its place and moves it there: whoever needs it must find it whole, or not at all. */
async function make(environment) {
  const place = placeOf(environment);
  const temporary = `${place}-${process.pid}`;
  try {
    // One of other versions is worse than none: its results would differ from what the project's tests have seen.
    fs.rmSync(place, { recursive: true, force: true });
    const python = findPython();
    fs.mkdirSync(path.dirname(place), { recursive: true });
    await fill(environment, temporary, python);
    fs.renameSync(temporary, place);
  } finally {
    fs.rmSync(temporary, { recursive: true, force: true });
  }
}

/** With pip from outside: a Debian without python3-venv cannot put one into a virtual environment. */
async function fill(environment, folder, python) {
  const { requirements, title, trial } = environment;
  await step('Making a Python environment', [python, '-m', 'venv', '--without-pip', folder]);
  const own = path.join(folder, 'bin', 'python');
  const target = execFileSync(own, ['-c', 'import sysconfig; print(sysconfig.get_path("purelib"))'], {
    encoding: 'utf8',
  }).trim();
  const what = ['--require-hashes', '--only-binary', ':all:', '--no-deps', '--requirement', requirements];
  const how = ['--disable-pip-version-check', '--no-input', '--retries', '1', '--timeout', '20', '--target', target];
  // A user's pip settings may ask for --user or a virtual environment; neither goes with --target.
  const env = { PIP_USER: '0', PIP_REQUIRE_VIRTUALENV: '0' };
  await step(`Installing ${title}`, [python, '-m', 'pip', 'install', ...how, ...what], { env });
  await step(`Trying ${title}`, [own, '-c', trial]);
  fs.writeFileSync(path.join(folder, STAMP), stampOf(environment, folder));
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

function placeOf({ name }) {
  return path.join(path.resolve(process.env.HOLDFAST_HOME || '.holdfast'), 'tools', name);
}

function reasonFile() {
  return `${placeOf(CITATIONS)}.missing`;
}

/** Packages and interpreter: those of one Python are nothing to the next one that a system gets. */
function stampOf({ requirements }, place) {
  const packages = createHash('sha256').update(fs.readFileSync(requirements)).digest('hex');
  return `${packages} ${fs.realpathSync(path.join(place, 'bin', 'python'))}`;
}

module.exports = { contractProgram, environmentIsThere, makeEnvironment };
