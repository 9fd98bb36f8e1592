import { parseArgs } from 'node:util';
import { StartError } from 'holdfast';
import { type DatabaseLocation, openDatabase } from '../database/open';
import { databaseLocation } from '../settings';
import { seedFacility } from './seed';

/** Fills the database with seed data: `npm run seed -- [--scale N] [--seed N]`. */
async function main(): Promise<void> {
  // The data is its user's alone.
  process.umask(0o077);
  const { values } = parseArgs({ options: { scale: { type: 'string' }, seed: { type: 'string' } } });
  const scale = numberOf('--scale', values.scale);
  const seed = numberOf('--seed', values.seed);
  const location = databaseLocation(process.env.HOLDFAST_HOME || '.holdfast');
  await fill(location, { scale, seed }).catch((error: unknown) => refuse(error, location));
}

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

main().catch((error: unknown) => {
  const expected =
    error instanceof StartError || String((error as { code?: unknown }).code).startsWith('ERR_PARSE_ARGS');
  console.error(expected ? (error as Error).message : error);
  process.exitCode = 1;
});
