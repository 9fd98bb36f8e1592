import { sql } from 'kysely';
import { NO_REDRIVES } from '../../src/tasks/redrives';
import { TestApi } from '../support/api';
import { Harness } from '../support/harness';
import { until } from '../support/until';
import { DATABASES } from './databases';
import { FacilityBench, quickContracts } from './facility-bench';
import { addSite, breakTable, type Site } from './rows';
import { SCENARIOS } from './scenarios';

/** What a database says, as its SQLSTATE, and what that is. */
const DATABASE_ERRORS = [
  ['40P01', 'TRANSIENT_DATABASE'],
  ['57014', 'EXTERNAL_TIMEOUT'],
  ['53300', 'TRANSIENT_RESOURCE'],
  ['53100', 'SYSTEM_DISK_FULL'],
  ['53200', 'SYSTEM_OUT_OF_MEMORY'],
  ['23505', 'PERMANENT_VALIDATION'],
  ['42501', 'PERMANENT_PERMISSION'],
  ['42P01', 'PERMANENT_LOGIC'],
  ['3F000', 'CONFIG_INVALID_SETTING'],
  ['3D000', 'CONFIG_MISSING_SERVICE'],
  ['HV000', 'EXTERNAL_API_ERROR'],
] as const;

let harness: Harness;

beforeAll(async () => {
  harness = await Harness.start();
});
afterAll(() => harness.close());

describe.each(DATABASES)('on $name', ({ open }) => {
  let bench: FacilityBench;
  let api: TestApi;
  let end: () => Promise<void>;

  beforeAll(async () => {
    const { location, close } = await open();
    bench = await FacilityBench.start(harness, location);
    api = await TestApi.start(harness, { tasks: bench.tasks, contracts: quickContracts });
    const stop = await bench.startWorkers();
    end = () =>
      Promise.all([api.close(), stop()])
        .then(() => bench.close())
        .then(close);
  });
  afterAll(() => end());
  beforeEach(() => bench.empty());

  describe.each(SCENARIOS)('$type', ({ type, source, table, addDue, item, effects: changes = 1 }) => {
    let site: Site;

    beforeEach(async () => {
      site = await addSite(bench.database);
    });

    const submit = (key: string, input: object = {}, policy = {}) => bench.tasks.submit({ type, input, key, policy });

    const duplicates = async () => {
      const { body } = await api.get('/metrics');
      const line = new RegExp(`^holdfast_tasks_duplicates_total\\{type="${type}"\\} (\\d+)$`, 'm').exec(String(body));
      return Number(line?.[1] ?? 0);
    };

    it('asked for a second time inside its window, gives the first result, does nothing, and is counted', async () => {
      const first = await addDue(bench, site);
      const before = await duplicates();
      const post = () =>
        api.post('/v1/tasks', { type, input: {} }, { 'idempotency-key': `first ${first}`, prefer: 'wait=30' });
      const answer = await post();
      expect(answer).toMatchObject({ body: { state: 'completed', result: { id: [first] } } });
      await addDue(bench, site);
      const again = await post();
      expect(again).toMatchObject({ status: 200, body: { id: answer.body.id, runId: answer.body.runId } });
      expect(again.body.result).toEqual(answer.body.result);
      expect(again.headers.get('idempotency-replayed')).toBe('true');
      expect(await duplicates()).toBe(before + 1);
    });

    it('ten at once are one execution and ten equal results', async () => {
      const due = await addDue(bench, site);
      const results = await Promise.all(
        Array.from({ length: 10 }, async () => (await submit(`at once ${due}`)).wait(60)),
      );
      expect(new Set(results.map(({ runId }) => runId)).size).toBe(1);
      for (const { result } of results) expect(result).toMatchObject({ id: [due] });
      expect(await effects()).toBe(changes);
    });

    it('does each of two things, and after its window does again what is due then', async () => {
      const [one, two] = [await addDue(bench, site), await addDue(bench, site)];
      for (const id of [one, two]) {
        expect((await bench.complete(type, item(id))).id).toEqual([id]);
      }
      const key = `window ${one}`;
      const first = await (await submit(key, {}, { window: 1 })).wait(60);
      expect(first.state).toBe('completed');
      const third = await addDue(bench, site);
      const second = await until('the window is over', async () => {
        const { task, duplicate, wait } = await submit(key, {}, { window: 1 });
        return duplicate ? undefined : wait(60).then((ended) => ({ ...ended, before: task.id }));
      });
      expect(second).toMatchObject({ id: first.id, result: { id: [third] } });
    });

    it('a failure is returned as a failure, blocks no retry, and is not returned for long', async () => {
      const due = await addDue(bench, site);
      const mend = await breakTable(bench.database, table, { sqlState: '22012' });
      const key = `failure ${due}`;
      const policy = { failureWindow: 1 };
      const failed = await (await submit(key, item(due), policy)).wait(60);
      expect(failed).toMatchObject({ state: 'failed', failure: { message: expect.stringContaining('is broken') } });
      await mend();
      const healed = await until('the failure is not told any more', async () => {
        const { duplicate, wait, task } = await submit(key, item(due), policy);
        if (!duplicate) return wait(60);
        expect(task.state).toBe('failed');
        return undefined;
      });
      expect(healed).toMatchObject({ state: 'completed', result: { id: [due] } });
    });

    it('what an item throws is one dead letter with all that is to know; mended, it is done', async () => {
      const due = await addDue(bench, site);
      const mend = await breakTable(bench.database, table);
      const { left, traceback } = await bench.complete(type);
      expect(left).toMatchObject([{ state: 'dead-lettered' }]);
      expect(traceback).toContain('is broken');
      const parked = await bench.parked();
      expect(parked).toHaveLength(1);
      const letter = await bench.tasks.deadLetters.read(parked[0]?.id ?? '', api.url);
      const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT/);
      expect(letter).toMatchObject({
        type,
        input: item(due),
        key: expect.stringContaining(String(due)),
        class: 'transient',
        code: 'TRANSIENT_DATABASE',
        message: expect.stringContaining('is broken'),
        fingerprint: expect.stringMatching(/./),
        attempts: 2,
        firstFailedAt: time,
        lastFailedAt: time,
        nextRedriveAt: time,
        stack: expect.stringContaining('is broken'),
        failures: [{ worker: expect.stringMatching(/./) }, { attempt: 2 }],
        advice: expect.stringMatching(/./),
      });
      await mend();
      await bench.tasks.act(letter.id, 'retry');
      expect(await bench.tasks.wait(letter.id, 60)).toMatchObject({ state: 'completed', result: { id: [due] } });
    });

    it('a run that cannot look is a dead letter too', async () => {
      const due = await addDue(bench, site);
      const rename = (from: string, to: string) =>
        sql`alter table ${sql.table(from)} rename to ${sql.ref(to)}`.execute(bench.database);
      await rename(source, 'gone');
      const { task } = await submit(`item ${due}`, {});
      const parked = await until('it is parked', async () => {
        const { state } = await bench.tasks.read(task.id);
        return state === 'dead-lettered' || state === 'failed' ? state : undefined;
      });
      const letter = await bench.tasks.deadLetters.read(task.id, api.url);
      expect(letter).toMatchObject({ type, input: {}, message: expect.stringContaining(source) });
      expect(parked).toBe(letter.state === 'abandoned' ? 'failed' : letter.state);
      await rename('gone', source);
      await bench.tasks.act(task.id, 'retry');
      expect(await bench.tasks.wait(task.id, 60)).toMatchObject({ state: 'completed', result: { id: [due] } });
    });

    it('ends with the class and the code of whatever its item meets in the database, and of a thing that is not there', async () => {
      const due = await addDue(bench, site);
      const met: unknown[] = [];
      for (const [sqlState] of DATABASE_ERRORS) {
        const mend = await breakTable(bench.database, table, { sqlState });
        const { task } = await submit(`${sqlState} ${due}`, item(due), { attempts: 1, redrives: NO_REDRIVES });
        const { state, failure, failures } = await bench.tasks.wait(task.id, 60);
        met.push([sqlState, failure?.code, state, failure?.message.includes('is broken'), failures?.length]);
        await mend();
      }
      expect(met).toEqual(DATABASE_ERRORS.map(([sqlState, code]) => [sqlState, code, 'failed', true, 1]));
      const absent = await bench.run(type, item(2_000_000_000));
      expect(absent).toMatchObject({ state: 'failed', failure: { code: 'PERMANENT_NOT_FOUND', abandoned: true } });
      const healed = await (await submit(`healed ${due}`, item(due))).wait(60);
      expect(healed).toMatchObject({ state: 'completed', result: { id: [due] } });
    });

    const effects = async () => {
      const { count } = await bench.database
        .selectFrom('effects')
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow();
      return Number(count);
    };
  });
});
