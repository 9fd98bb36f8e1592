import { defineConfig } from 'vitest/config';

/** Globals, so that the same files run in jest. A test app starts a Temporal server: it gets its time. */
export default defineConfig({ test: { globals: true, testTimeout: 60_000, hookTimeout: 120_000 } });
