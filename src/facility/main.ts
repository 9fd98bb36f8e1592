import { parseArgs } from 'node:util';
import { readConfig } from '../config';
import { StartError } from '../errors';
import { runProcess } from '../process';
import { type DatabaseLocation, openDatabase } from './database/open';
import { seedFacility } from './seed/seed';

/** Fills the database of the pack with seed data: `npm run facility:seed -- [--scale N] [--seed N]`. */
runProcess(async () => {
  const { values } = parseArgs({ options: { scale: { type: 'string' }, seed: { type: 'string' } } });
  const scale = numberOf('--scale', values.scale);
  const seed = numberOf('--seed', values.seed);
  const { facility } = readConfig();
  if (!facility) {
    throw new StartError(
      'HOLDFAST_FACILITY_DATABASE is off: say where the data shall be, "embedded" or the URL of a PostgreSQL server.',
    );
  }
  await fill(facility, { scale, seed }).catch((error: unknown) => refuse(error, facility));
  return { finished: Promise.resolve(), close: async () => {} };
});

async function fill(location: DatabaseLocation, size: { scale: number; seed: number }): Promise<void> {
  const database = await openDatabase(location);
  try {
    const counts = await seedFacility(database, { now: new Date(), ...size });
    console.log(`Seed data is in ${nameOf(location)}:`);
    for (const [table, count] of Object.entries(counts)) console.log(`  ${table.padEnd(18)} ${count}`);
  } finally {
    await database.destroy();
  }
}

/** Both are 1 unless something else is said. */
function numberOf(option: string, text = '1'): number {
  const number = Number(text);
  if (text.trim() === '' || !Number.isFinite(number)) throw new StartError(`${option} ${text}: give a number.`);
  return number;
}

/** What a driver says of a server that is away does not always have words, and never says where it looked. */
function refuse(error: unknown, location: DatabaseLocation): never {
  if (error instanceof StartError) throw error;
  const { message, code, errors } = error as AggregateError & { code?: string };
  const words = message || errors?.map((one: Error) => one.message).join('; ') || code;
  throw new StartError(`The facility database ${nameOf(location)} cannot be filled: ${words}`);
}

/** Without its password. */
function nameOf(location: DatabaseLocation): string {
  if (location.kind === 'embedded') return location.folder;
  const { protocol, username, host, pathname } = new URL(location.url);
  return `${protocol}//${username && `${username}@`}${host}${pathname}`;
}
