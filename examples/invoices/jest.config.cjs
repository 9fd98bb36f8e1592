/** The same tests in jest: with one runner of your own, keep its configuration and delete the other. */
module.exports = {
  testTimeout: 120_000,
  transform: {
    '\\.ts$': ['@swc/jest', { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } }],
  },
};
