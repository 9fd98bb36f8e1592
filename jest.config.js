const TESTS = '<rootDir>/test/**/';
/** What `scripts/test.js` runs; without it, as in `npx jest NAME`, every file is one of the tests. */
const STAGES = { quick: [`${TESTS}!(*.long).test.ts`], long: [`${TESTS}*.long.test.ts`] };

/** Tests run on real servers, so they get generous limits; a test waits for a condition, never for a time. */
module.exports = {
  testEnvironment: 'node',
  testMatch: STAGES[process.env.TEST_STAGE] ?? [`${TESTS}*.test.ts`],
  reporters: ['default', '<rootDir>/scripts/lib/slowest-files.js'],
  modulePathIgnorePatterns: ['<rootDir>/dist', '<rootDir>/.stryker-tmp'],
  // Examples import the package by its name, as apps do that install it: here it is the sources.
  moduleNameMapper: {
    '^holdfast$': '<rootDir>/src/index.ts',
    '^holdfast/client$': '<rootDir>/src/http-client/index.ts',
    '^holdfast/packs$': '<rootDir>/src/catalogue/packs.ts',
    '^holdfast/testing$': '<rootDir>/src/testing/index.ts',
  },
  transform: {
    '^.+\\.tsx?$': [
      '@swc/jest',
      {
        jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
        module: { type: 'commonjs' },
        sourceMaps: 'inline',
      },
    ],
    // It imports Node's modules dynamically, which jest knows only under a flag of Node; as calls of require it may.
    '/@electric-sql/pglite/dist/.+\\.cjs$': ['@swc/jest', { jsc: { target: 'es2022' }, module: { type: 'commonjs' } }],
  },
  transformIgnorePatterns: ['/node_modules/(?!@electric-sql/pglite/)'],
  collectCoverageFrom: ['<rootDir>/src/**/*.ts'],
  coverageProvider: 'babel',
  testTimeout: 300_000,
  // Tests mostly wait, the long ones still more.
  maxWorkers: process.env.TEST_STAGE === 'long' ? 5 : 4,
  testSequencer: '<rootDir>/scripts/lib/longest-first.js',
  globalSetup: '<rootDir>/test/global-setup.ts',
  globalTeardown: '<rootDir>/test/global-teardown.ts',
};
