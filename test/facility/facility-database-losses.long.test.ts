import { sql } from 'kysely';
import { once } from '../../examples/facility/src/database/once';
import { type FacilityDatabase, openDatabase } from '../../examples/facility/src/database/open';
import { classify } from '../../src/activities/classify';
import { ReplyHolder } from '../support/faults/reply-holder';
import { fixture } from '../support/processes/fixture';
import { RunningProcess } from '../support/processes/running-process';
import { PostgresServer } from '../support/servers/postgres';
import { freePort } from '../support/temporal-server';
import { until } from '../support/until';
import { openPglite } from './databases';
import { add, named, person, thrownBy } from './people';

describe('a PostgreSQL of the facility pack', () => {
  let server: PostgresServer;
  let url: string;
  let database: FacilityDatabase;

  beforeAll(async () => {
    server = await PostgresServer.start();
    url = await server.createDatabase();
    database = await openDatabase({ kind: 'postgres', url });
  });
  afterAll(async () => {
    await database.destroy();
    await server.stop();
  });

  /** Fails before it has written anything in a transaction, and says as what. */
  const failureIn = async (name: string, trouble: (pid: number) => Promise<unknown>) =>
    classify(
      await thrownBy(
        once(database, { key: `add:${name}`, taskId: 'task:1' }, async (transaction) => {
          await transaction.insertInto('people').values(person(name)).execute();
          const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(transaction);
          await trouble(rows[0]?.pid ?? 0);
          await sql`select 1`.execute(transaction);
          return {};
        }),
      ),
    );

  it('gets its tables from one of several who open it at the same time', async () => {
    const fresh = { kind: 'postgres', url: await server.createDatabase() } as const;
    const opened = await Promise.all([1, 2, 3, 4].map(() => openDatabase(fresh)));
    const counts = opened.map(async (each, index) => {
      await add(each, `starter ${index}`);
      await each.destroy();
    });
    await Promise.all(counts);
    const after = await openDatabase(fresh);
    expect(await after.selectFrom('people').select('name').execute()).toHaveLength(4);
    await after.destroy();
  });

  it('that crashes between a commit and its answer has the change, and a repeat gets its outcome', async () => {
    const relay = await ReplyHolder.start(Number(new URL(url).port));
    const relayed = new URL(url);
    relayed.host = relay.address;
    const client = await openDatabase({ kind: 'postgres', url: relayed.href });
    try {
      relay.holdFrom('commit');
      const lost = thrownBy(add(client, 'unheard'));
      const row = await until('it is committed', async () => (await named(database, 'unheard'))[0]);
      await server.crash();
      expect(classify(await lost)).toMatchObject({ class: 'transient' });
      await server.startAgain();
      expect(await add(database, 'unheard')).toMatchObject({ repeated: true, outcome: { id: row.id } });
      expect(await named(database, 'unheard')).toHaveLength(1);
    } finally {
      await client.destroy();
      await relay.close();
    }
  });

  it('that crashes in a transaction has nothing of it, and the same connections work again after it', async () => {
    expect(await failureIn('half', () => server.crash())).toMatchObject({ class: 'transient' });
    expect(classify(await thrownBy(add(database, 'half')))).toMatchObject({ class: 'transient' });
    await server.startAgain();
    expect(await named(database, 'half')).toEqual([]);
    expect(await add(database, 'half')).toMatchObject({ repeated: false });
  });

  it('that ends a session, as for a restart, is a transient trouble of the database', async () => {
    const failure = await failureIn('cut', async (pid) => {
      await sql`select pg_terminate_backend(${pid})`.execute(database);
      await until('the session is gone', async () => {
        const { rows } = await sql`select 1 from pg_stat_activity where pid = ${pid}`.execute(database);
        return rows.length === 0;
      });
    });
    expect(failure).toMatchObject({ class: 'transient' });
    expect(await add(database, 'cut')).toMatchObject({ repeated: false });
  });

  it.each([
    [
      'without such a database',
      'CONFIG_MISSING_SERVICE',
      (address: URL) => Object.assign(address, { pathname: '/no' }),
    ],
    ['with another password', 'CONFIG_INVALID_SETTING', (address: URL) => Object.assign(address, { password: 'no' })],
  ])('%s is a trouble of the settings', async (_name, code, change) => {
    const wrong = change(new URL(url)).href;
    expect(classify(await thrownBy(openDatabase({ kind: 'postgres', url: wrong })))).toMatchObject({ code });
  });

  it('that is not there is a transient trouble', async () => {
    const address = new URL(url);
    address.port = String(await freePort());
    const thrown = await thrownBy(openDatabase({ kind: 'postgres', url: address.href }));
    expect(classify(thrown)).toMatchObject({ class: 'transient' });
  });
});

describe('an embedded database of the facility pack', () => {
  it('serves one process at a time; when that is killed, the next one finds what was committed', async () => {
    const { location, close } = await openPglite();
    const { folder } = location;
    const holder = await RunningProcess.start(fixture('facility-holder', folder), process.env, 'both written');
    try {
      const refused = openDatabase(location);
      await expect(refused).rejects.toThrow(
        `in use by process ${holder.pid}, and serves one process at a time: end that one, or set FACILITY_DATABASE`,
      );
      await holder.stop('SIGKILL');
      const database = await openDatabase(location);
      expect(await named(database, 'committed')).toHaveLength(1);
      expect(await add(database, 'committed')).toMatchObject({ repeated: true });
      expect(await named(database, 'begun')).toEqual([]);
      expect(await add(database, 'begun')).toMatchObject({ repeated: false });
      await database.destroy();
    } finally {
      await holder.stop('SIGKILL');
      await close();
    }
  });
});
