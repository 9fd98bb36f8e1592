import { sql } from 'kysely';
import { once } from '../../examples/facility/src/database/once';
import { type DatabaseLocation, type FacilityDatabase, openDatabase } from '../../examples/facility/src/database/open';
import { classify } from '../../src/activities/classify';
import type { FailureCodeName } from '../../src/tasks/failures';
import { DATABASES } from './databases';
import { add, effects, named, person, thrownBy } from './people';

describe.each(DATABASES)('the database of the facility pack on $name', ({ open }) => {
  let location: DatabaseLocation;
  let database: FacilityDatabase;
  let close: () => Promise<void>;

  beforeAll(async () => {
    ({ location, close } = await open());
    database = await openDatabase(location);
  });
  afterAll(async () => {
    await database.destroy();
    await close();
  });

  it('has its tables and data when it is opened again', async () => {
    await add(database, 'old');
    await database.destroy();
    database = await openDatabase(location);
    expect(await named(database, 'old')).toMatchObject([{ email: 'old@acme.example.com', clientAdmin: false }]);
    const { rows } = await sql<{ name: string }>`select name from kysely_migration`.execute(database);
    expect(rows).toEqual([{ name: '0001-initial' }]);
  });

  it('makes a change once, and returns its outcome to a repeat', async () => {
    const first = await add(database, 'ada');
    expect(first.repeated).toBe(false);
    expect(await add(database, 'ada')).toEqual({ outcome: first.outcome, repeated: true });
    expect(await named(database, 'ada')).toMatchObject([{ id: first.outcome.id }]);
    expect(await effects(database, 'ada')).toMatchObject([{ taskId: 'task:1', outcome: first.outcome }]);
  });

  it('makes a change once for ten who ask at the same time', async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => add(database, 'ten')));
    expect(answers.filter(({ repeated }) => !repeated)).toHaveLength(1);
    expect(new Set(answers.map(({ outcome }) => outcome.by)).size).toBe(1);
    expect(await named(database, 'ten')).toHaveLength(1);
  });

  it('keeps neither change nor record of work that throws, and lets the next one do it', async () => {
    const failing = once(database, { key: 'add:half', taskId: 'task:1' }, async (transaction) => {
      await transaction.insertInto('people').values(person('half')).execute();
      throw new Error('in the middle');
    });
    await expect(failing).rejects.toThrow('in the middle');
    expect(await named(database, 'half')).toEqual([]);
    expect(await effects(database, 'half')).toEqual([]);
    expect((await add(database, 'half')).repeated).toBe(false);
  });

  it('gives the work to the next in line when the first of two fails', async () => {
    const names: string[] = [];
    const attempt = (name: string, fails: boolean) =>
      once(database, { key: 'in line', taskId: name }, async (transaction) => {
        names.push(name);
        await sql`select 1`.execute(transaction);
        if (fails) throw new Error('failed');
        return { name };
      });
    const first = attempt('first', true);
    const both = await Promise.allSettled([first, attempt('second', false)]);
    expect(both[1]).toMatchObject({ value: { outcome: { name: 'second' } } });
    expect(names.at(-1)).toBe('second');
  });

  it.each<[string, string, FailureCodeName]>([
    ['a value that is there already', "insert into effects values ('dup', 'x', null, now())", 'PERMANENT_VALIDATION'],
    [
      'a reference to nothing',
      "insert into sites (tenant, name, in_charge_id) values ('a', 'b', -1)",
      'PERMANENT_VALIDATION',
    ],
    [
      'a value that a check refuses',
      "insert into reminders (instance_id, due_at, status) values (1, now(), 'LOST')",
      'PERMANENT_VALIDATION',
    ],
    ['a division by zero', 'select 1/0', 'PERMANENT_VALIDATION'],
    ['a statement that is none', 'selec 1', 'PERMANENT_LOGIC'],
    ['a deadlock', "do $$ begin raise exception 'x' using errcode = '40P01'; end $$", 'TRANSIENT_DATABASE'],
  ])('has a failure that classify knows: %s', async (_name, statement, code) => {
    await sql`insert into effects values ('dup', 'x', null, now()) on conflict do nothing`.execute(database);
    expect(classify(await thrownBy(sql.raw(statement).execute(database)))).toMatchObject({ code });
  });
});
