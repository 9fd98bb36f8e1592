/**
 * Tests the alert rules with Prometheus' own tool. It is built from the Go module proxy, once, which takes minutes;
 * `npm test` runs the same tests where the tool is there already.
 */
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');

const VERSION = 'v0.316.0';
const root = path.join(__dirname, '..');
const folder = path.join(root, '.holdfast', 'tools', `promtool-${VERSION}`);
const program = path.join(folder, 'promtool');
const rules = path.join(root, 'deploy', 'prometheus');

if (!fs.existsSync(program)) {
  const what = `github.com/prometheus/prometheus/cmd/promtool@${VERSION}`;
  console.log(`Building ${what}; this takes minutes, once.`);
  // Without what finds targets in clouds, which testing rules does not need and takes most of the build.
  execFileSync('go', ['install', '-tags', 'remove_all_sd', what], {
    env: { ...process.env, GOBIN: folder },
    stdio: 'inherit',
  });
}
for (const args of [
  ['check', 'rules', 'holdfast.rules.yaml'],
  ['test', 'rules', 'holdfast.rules.test.yaml'],
]) {
  execFileSync(program, args, { cwd: rules, stdio: 'inherit' });
}
