/** Sets up, then shows the dashboard in a browser: `dashboard.js pictures [minutes]`, `dashboard.js incidents [number]`. */
const path = require('node:path');
const { setUp } = require('./setup');

setUp().then(() => {
  const { createJiti } = require('jiti');
  return createJiti(__filename).import(path.join(__dirname, '..', 'test', 'support', 'dashboard', 'main.ts'));
});
