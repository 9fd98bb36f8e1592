import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Config } from '@jest/types';
import { findTemporalCli, findTestServer } from '../src/embedded/find-temporal';
import { BUNDLE } from './support/bundle';
import { writeInstrumentedBundle } from './support/coverage';
import { SERVERS } from './support/shared-server';
import { TOOLS_FOLDER } from './support/tools-folder';

/** Once a run: makes sure of the build, and finds or installs the Temporal CLI as `npm start` does. */
export default async function globalSetup({ collectCoverage }: Config.GlobalConfig): Promise<void> {
  if (!existsSync(BUNDLE))
    throw new Error('There is no build: `node scripts/setup.js` makes one, and so does `npm test`.');
  if (collectCoverage) await writeInstrumentedBundle();
  process.env.TEMPORAL_CLI_PATH = await findTemporalCli({ toolsFolder: TOOLS_FOLDER, log: console.error });
  process.env.TEMPORAL_TEST_SERVER_PATH = await findTestServer({ toolsFolder: TOOLS_FOLDER, log: console.error });
  process.env[SERVERS] = mkdtempSync(path.join(tmpdir(), 'holdfast-servers-'));
}
