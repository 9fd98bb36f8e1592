/**
 * Builds the dashboard of web/ from the API's own document: types, then pages. A checkout without web/, or without what
 * builds it, does without: the API says so.
 */
const { createHash } = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');
const { root, step } = require('./step');

const WEB = path.join(root, 'web');
const PAGES = path.join(WEB, 'dist');
const STAMP = path.join(PAGES, '.built-from');
const SCHEMA = path.join(WEB, 'src', 'api', 'schema.d.ts');
const DOCUMENT = path.join(WEB, 'openapi.json');
const MADE = new Set(['dist', 'node_modules', 'openapi.json', 'schema.d.ts']);
/** Looked for when they are needed: they may be installed meanwhile. */
const tools = () => ({ vite: toolAt('vite/bin/vite.js'), types: toolAt('openapi-typescript/bin/cli.js') });

/** @param {string} sources Hash of what the document is made from. */
function webIsCurrent(sources) {
  return !canBuild() || (readStamp().sources === sources + pagesHash() && fs.existsSync(SCHEMA));
}

/**
 * @param {string} sources Hash of what the document is made from.
 * @param {string} dist Folder of the built API.
 */
async function buildWeb(sources, dist) {
  if (!canBuild()) return;
  const own = `${DOCUMENT}.${process.pid}`;
  await step("Writing the API's document", [process.execPath, path.join(dist, 'api', 'document.js'), own]);
  fs.renameSync(own, DOCUMENT);
  const stamp = { sources: sources + pagesHash(), made: pagesHash() + hashOf([DOCUMENT]) };
  // Most changes of src/ leave the document as it was.
  if (readStamp().made !== stamp.made || !fs.existsSync(SCHEMA)) {
    const folder = path.join(WEB, `.dist-${process.pid}`);
    try {
      await step('Making the types of the dashboard', [
        ...[process.execPath, tools().types],
        ...[DOCUMENT, '-o', SCHEMA],
      ]);
      await step('Building the dashboard', [process.execPath, tools().vite, 'build', WEB, '--outDir', folder]);
      swap(folder);
    } finally {
      fs.rmSync(folder, { recursive: true, force: true });
    }
  }
  fs.writeFileSync(STAMP, JSON.stringify(stamp));
}

/** npm puts a tool beside the pages when another version of something stands in its way above. */
function toolAt(tool) {
  const own = path.join(WEB, 'node_modules', tool);
  return fs.existsSync(own) ? own : path.join(root, 'node_modules', tool);
}

function canBuild() {
  return [path.join(WEB, 'package.json'), ...Object.values(tools())].every((file) => fs.existsSync(file));
}

function readStamp() {
  try {
    return JSON.parse(fs.readFileSync(STAMP, 'utf8'));
  } catch {
    return {};
  }
}

function pagesHash() {
  const files = fs.readdirSync(WEB, { withFileTypes: true }).flatMap((entry) => {
    if (MADE.has(entry.name) || entry.name.startsWith('.')) return [];
    if (entry.isFile()) return [path.join(WEB, entry.name)];
    return fs
      .readdirSync(path.join(WEB, entry.name), { recursive: true, withFileTypes: true })
      .filter((one) => one.isFile() && !MADE.has(one.name))
      .map((one) => path.join(one.parentPath, one.name));
  });
  return hashOf(files.sort());
}

function hashOf(files) {
  const hash = createHash('sha256');
  for (const file of files) hash.update(`${path.relative(WEB, file)}\0`).update(fs.readFileSync(file));
  return hash.digest('hex');
}

/** Whoever loads the page meanwhile finds a whole one. */
function swap(built) {
  const old = `${built}-old`;
  if (fs.existsSync(PAGES)) fs.renameSync(PAGES, old);
  fs.renameSync(built, PAGES);
  fs.rmSync(old, { recursive: true, force: true });
}

module.exports = { buildWeb, webIsCurrent };
