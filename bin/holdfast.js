#!/usr/bin/env node
/** Sets up when needed, then runs the command line: `holdfast COMMAND [options]`. */
const { setUp } = require('../scripts/setup');

setUp({ python: false }).then(() => require('../dist/cli/main.js'));
