/** Compiles src/ to dist/, bundles the workflow code and builds the dashboard. A failed build leaves the last good one in place. */
const { createHash } = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');
const { root, step } = require('./step');
const { buildWeb, webIsCurrent } = require('./web');

const DIST = path.join(root, 'dist');
const STAMP = '.built-from';

function buildIsCurrent() {
  const hash = sourceHash();
  return isBuiltFrom(hash) && webIsCurrent(hash);
}

function isBuiltFrom(hash) {
  try {
    return fs.readFileSync(path.join(DIST, STAMP), 'utf8') === hash;
  } catch (error) {
    if (error.code === 'ENOENT') return false;
    throw error;
  }
}

/** Builds beside dist/ and swaps: a process that runs from dist/ must find a whole build there when it restarts. */
async function build() {
  const hash = sourceHash();
  if (!isBuiltFrom(hash)) await buildSources(hash);
  if (!webIsCurrent(hash)) await buildWeb(hash, DIST);
}

async function buildSources(hash) {
  const folder = `.dist-${process.pid}`;
  try {
    await step('Compiling', [
      process.execPath,
      'node_modules/typescript/bin/tsc',
      '-p',
      'tsconfig.build.json',
      '--outDir',
      folder,
    ]);
    await step('Bundling the workflow code', [process.execPath, `${folder}/worker/bundle.js`]);
    fs.writeFileSync(path.join(root, folder, STAMP), hash);
    swap(path.join(root, folder));
  } finally {
    fs.rmSync(path.join(root, folder), { recursive: true, force: true });
  }
}

function swap(built) {
  const old = `${built}-old`;
  if (fs.existsSync(DIST)) fs.renameSync(DIST, old);
  fs.renameSync(built, DIST);
  fs.rmSync(old, { recursive: true, force: true });
}

/** Names and contents, not times: a fresh clone or a switched branch has arbitrary times. */
function sourceHash() {
  const hash = createHash('sha256');
  const sources = fs
    .readdirSync(path.join(root, 'src'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
  const settings = ['tsconfig.json', 'tsconfig.build.json', 'package-lock.json'].map((name) => path.join(root, name));
  for (const file of [...sources, ...settings]) {
    hash.update(`${path.relative(root, file)}\0`).update(fs.readFileSync(file));
  }
  return hash.digest('hex');
}

module.exports = { build, buildIsCurrent };
