/** Sets up, then runs a program of the folder `trials`: `trial.js NAME [its options]`. jiti loads its TypeScript. */
const fs = require('node:fs');
const path = require('node:path');
const { root } = require('./lib/step');
const { setUp } = require('./setup');

const [name = ''] = process.argv.splice(2, 1);
const program = path.join(root, 'trials', name, 'main.ts');
if (!name || !fs.existsSync(program)) {
  const trials = fs
    .readdirSync(path.join(root, 'trials'))
    .filter((one) => fs.existsSync(path.join(root, 'trials', one, 'main.ts')));
  console.error(`Name a trial: ${trials.join(', ')}.`);
  process.exit(1);
}

setUp().then(() => {
  const { createJiti } = require('jiti');
  return createJiti(__filename).import(program);
});
