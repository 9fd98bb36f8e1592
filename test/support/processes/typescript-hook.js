// For `node --require`: lets a child process of a test run the sources as they are.
const Module = require('node:module');
const path = require('node:path');
const { transformFileSync } = require('@swc/core');
const { compilerOptions } = require('../../../tsconfig.json');

require.extensions['.ts'] = (module, file) => {
  const options = {
    jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
    module: { type: 'commonjs' },
    swcrc: false,
  };
  module._compile(transformFileSync(file, options).code, file);
};

// The package by its name is these sources too: a failure class of the build would not be known here.
const resolve = Module._resolveFilename;
Module._resolveFilename = function (name, ...others) {
  const source = compilerOptions.paths[name]?.[0];
  return resolve.call(this, source ? path.join(__dirname, '../../..', source) : name, ...others);
};
