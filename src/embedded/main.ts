import { readConfig } from '../config';
import { StartError } from '../errors';
import { OWN_ONLY } from '../process';
import { Embedded } from './embedded';
import { present } from './present';
import { endOnSignal } from './signals';

async function main(): Promise<void> {
  process.umask(OWN_ONLY);
  const config = readConfig();
  const embedded = new Embedded({ config, env: process.env, tell: console.log });
  const ended = endOnSignal(() => embedded.stop());
  try {
    await embedded.start();
  } catch (error) {
    if (ended.aborted) return;
    await embedded.stop();
    throw error;
  }
  if (ended.aborted) return;
  if (process.argv.includes('--watch')) embedded.watch();
  await present(config, embedded.apiUrl, ended, console.log);
}

main().catch((error: unknown) => {
  console.error(error instanceof StartError ? error.message : error);
  process.exit(1);
});
