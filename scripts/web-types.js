/**
 * Writes the API's own document to web/openapi.json, and from it the types that the dashboard is checked against:
 * page and API cannot drift apart. Nothing is started for it: routes that are never called need nothing real.
 */
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { setUp } = require('./setup');

const root = path.join(__dirname, '..');
const DOCUMENT = path.join(root, 'web', 'openapi.json');

/** Stands for anything that a route holds on to until it is called. */
const nothing = new Proxy(() => nothing, { get: (_target, name) => (name === Symbol.toPrimitive ? () => 0 : nothing) });

async function main() {
  await setUp({ python: false });
  const { createRoutes } = require('../dist/api/routes');
  const { createOpenApi } = require('../dist/api/openapi');
  const { documentRoute } = require('../dist/api/routes/document');
  const { createContracts } = require('../dist');
  const given = { contracts: createContracts({ commands: {} }), absent: [], categories: {} };
  const routes = createRoutes(new Proxy(given, { get: (deps, name) => deps[name] ?? nothing }));
  const document = `${JSON.stringify(createOpenApi([...routes, documentRoute(() => ({}))]))}\n`;
  if (fs.existsSync(DOCUMENT) && fs.readFileSync(DOCUMENT, 'utf8') === document && typesAreThere()) return;
  fs.writeFileSync(DOCUMENT, document);
  execFileSync('npm', ['run', '--silent', 'types', '-w', 'web'], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
}

function typesAreThere() {
  return fs.existsSync(path.join(root, 'web', 'src', 'api', 'schema.d.ts'));
}

main();
