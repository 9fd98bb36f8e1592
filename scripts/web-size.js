/** Prints what the dashboard's first page loads with its chart, gzipped, and fails above the limit: `npm run build` comes before. */
const fs = require('node:fs');
const path = require('node:path');
const { gzipSync } = require('node:zlib');

const LIMIT = 200 * 1024;
const DIST = path.join(__dirname, '..', 'web', 'dist');

const page = fs.readFileSync(path.join(DIST, 'index.html'), 'utf8');
const named = [...page.matchAll(/(?:src|href)="\/([^"]+)"/g)].map(([, name]) => name);
const charts = fs.readdirSync(path.join(DIST, 'assets')).filter((name) => /^uPlot/.test(name));
const sizes = ['index.html', ...named, ...charts.map((name) => `assets/${name}`)].map((name) => [
  name,
  gzipSync(fs.readFileSync(path.join(DIST, name))).length,
]);
const total = sizes.reduce((sum, [, size]) => sum + size, 0);
for (const [name, size] of sizes) console.log(`${kib(size)}  ${name}`);
console.log(`${kib(total)}  together, of ${kib(LIMIT).trim()} at most`);
if (total > LIMIT) process.exitCode = 1;

function kib(size) {
  return `${(size / 1024).toFixed(1)} KiB`.padStart(10);
}
