const path = require('node:path');

const { globalSetup: _server, globalTeardown: _end, reporters: _slowest, ...base } = require('../../jest.config');

/** For `npm run mutate`: the tests of pure functions only, which need neither a build nor a server. */
module.exports = {
  ...base,
  rootDir: path.join(__dirname, '..', '..'),
  testMatch: [
    '<rootDir>/test/breakers/circuit-breaker-rules.test.ts',
    '<rootDir>/test/engine/attempt-memory.test.ts',
    '<rootDir>/test/failures/{redact,retry}.test.ts',
    '<rootDir>/test/tasks/{keys,policy,state}.test.ts',
  ],
};
