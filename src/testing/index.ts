/** Helpers for the tests of a team's own task types, for any test runner. */
export { type HandlerRun, type RunOptions, runHandler } from './run-handler';
export { type TestApp, type TestAppOptions, testApp } from './test-app';
