import { once } from '../../examples/facility/src/database/once';
import type { FacilityDatabase } from '../../examples/facility/src/database/open';

export const person = (name: string) => ({ tenant: 'acme', name, email: `${name}@acme.example.com` });

/** Adds a person, once for the key; the outcome has something that only the first one can know. */
export const add = (database: FacilityDatabase, name: string) =>
  once(database, { key: `add:${name}`, taskId: 'task:1' }, async (transaction) => {
    const { id } = await transaction
      .insertInto('people')
      .values(person(name))
      .returning('id')
      .executeTakeFirstOrThrow();
    return { id, by: Math.random() };
  });

export const named = (database: FacilityDatabase, name: string) =>
  database.selectFrom('people').selectAll().where('name', '=', name).execute();

export const effects = (database: FacilityDatabase, name: string) =>
  database.selectFrom('effects').selectAll().where('key', '=', `add:${name}`).execute();

/** What it fails with. */
export const thrownBy = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => expect('a result').toBe('an error'),
    (error) => error,
  );
