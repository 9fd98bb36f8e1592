import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Config } from '@jest/types';
import { findTemporalCli } from '../src/embedded/find-temporal';
import { BUNDLE } from './support/bundle';
import { writeInstrumentedBundle } from './support/coverage';

/** Once a run: makes sure of the build, and finds or installs the Temporal CLI as `npm start` does. */
export default async function globalSetup({ collectCoverage }: Config.GlobalConfig): Promise<void> {
  if (!existsSync(BUNDLE)) throw new Error('There is no build: run the tests with `npm test`, which makes one.');
  const toolsFolder = path.join(__dirname, '..', '.holdfast', 'tools');
  if (collectCoverage) await writeInstrumentedBundle();
  process.env.TEMPORAL_CLI_PATH = await findTemporalCli({ toolsFolder, log: console.error });
}
