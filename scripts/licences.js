const { readFileSync } = require('node:fs');
const path = require('node:path');

/** Packages that say their licence only in a file, and what that file says. */
const BY_HAND = { 'png-js': 'MIT', unionfs: 'Unlicense' };

/** Every package that ships, with its licence: `[name, version, licence]`, by name. */
function licences(lock = path.join(__dirname, '..', 'package-lock.json')) {
  const { packages } = JSON.parse(readFileSync(lock, 'utf8'));
  return Object.entries(packages)
    .filter(([place, { dev, link }]) => place.includes('node_modules/') && !dev && !link)
    .map(([place, { version, license }]) => {
      const name = place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length);
      return [name, version, license ?? BY_HAND[name] ?? 'unknown'];
    })
    .sort(([one], [other]) => (one < other ? -1 : 1));
}

module.exports = { licences };

if (require.main === module) {
  for (const [name, version, licence] of licences()) console.log(`${name} ${version}: ${licence}`);
}
