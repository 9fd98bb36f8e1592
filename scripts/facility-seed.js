/** Sets up, then fills the database of examples/facility: `facility-seed.js [--scale N] [--seed N]`. */
const path = require('node:path');
const { exports: entries } = require('../package.json');
const { root } = require('./lib/step');
const { setUp } = require('./setup');

setUp({ python: false }).then(() => {
  const { createJiti } = require('jiti');
  // Where it is an app of its own, `holdfast` is the installed package; here it is the build.
  const alias = Object.fromEntries(
    Object.entries(entries)
      .filter(([, target]) => target.types)
      .map(([name, target]) => [path.posix.join('holdfast', name), path.join(root, target.default)]),
  );
  return createJiti(__filename, { alias }).import(path.join(root, 'examples/facility/src/seed/main.ts'));
});
