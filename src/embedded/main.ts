import { inspect } from 'node:util';
import { takeAppOption } from '../app/app-option';
import { readConfig } from '../config';
import { StartError } from '../errors';
import { OWN_ONLY } from '../process';
import { printableLines } from '../tasks/printable';
import { Embedded } from './embedded';
import { present } from './present';
import { endOnSignal } from './signals';

/** What parts of it say, an operator's reasons among them, cannot steer the terminal. */
function print(text: string): void {
  console.log(printableLines(text, ''));
}

async function main(): Promise<void> {
  process.umask(OWN_ONLY);
  takeAppOption();
  const config = readConfig();
  const embedded = new Embedded({ config, env: process.env, print });
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
  await present(config, embedded.apiUrl, ended, print);
}

main().catch((error: unknown) => {
  console.error(printableLines(error instanceof StartError ? error.message : inspect(error)));
  process.exit(1);
});
