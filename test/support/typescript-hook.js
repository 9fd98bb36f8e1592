// For `node --require`: lets a child process of a test run the sources as they are.
const { transformFileSync } = require('@swc/core');

require.extensions['.ts'] = (module, file) => {
  const options = {
    jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
    module: { type: 'commonjs' },
    swcrc: false,
  };
  module._compile(transformFileSync(file, options).code, file);
};
