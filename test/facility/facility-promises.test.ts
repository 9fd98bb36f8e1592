import { sql } from 'kysely';
import { TestApi } from '../support/api';
import { DATABASES } from '../support/databases';
import { FacilityBench, quickContracts } from '../support/facility';
import { addSite, breakTable, type Site } from '../support/facility-rows';
import { SCENARIOS } from '../support/facility-scenarios';
import { Harness } from '../support/harness';
import { until } from '../support/until';

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

    it('S3-1: asked for a second time inside its window, gives the first result, does nothing, and is counted', async () => {
      const first = await addDue(bench, site);
      const before = await duplicates();
      const post = () =>
        api.post('/v1/tasks', { type, input: {} }, { 'idempotency-key': `S3-1 ${first}`, prefer: 'wait=30' });
      const answer = await post();
      expect(answer).toMatchObject({ body: { state: 'completed', result: { id: [first] } } });
      await addDue(bench, site);
      const again = await post();
      expect(again).toMatchObject({ status: 200, body: { id: answer.body.id, runId: answer.body.runId } });
      expect(again.body.result).toEqual(answer.body.result);
      expect(again.headers.get('idempotency-replayed')).toBe('true');
      expect(await duplicates()).toBe(before + 1);
    });

    it('S3-2: ten at once are one execution and ten equal results', async () => {
      const due = await addDue(bench, site);
      const results = await Promise.all(Array.from({ length: 10 }, async () => (await submit(`S3-2 ${due}`)).wait(60)));
      expect(new Set(results.map(({ runId }) => runId)).size).toBe(1);
      for (const { result } of results) expect(result).toMatchObject({ id: [due] });
      expect(await effects()).toBe(changes);
    });

    it('S3-3: does each of two things, and after its window does again what is due then', async () => {
      const [one, two] = [await addDue(bench, site), await addDue(bench, site)];
      for (const id of [one, two]) {
        expect((await bench.complete(type, item(id))).id).toEqual([id]);
      }
      const key = `S3-3 ${one}`;
      const first = await (await submit(key, {}, { window: 1 })).wait(60);
      expect(first.state).toBe('completed');
      const third = await addDue(bench, site);
      const second = await until('the window is over', async () => {
        const { task, duplicate, wait } = await submit(key, {}, { window: 1 });
        return duplicate ? undefined : wait(60).then((ended) => ({ ...ended, before: task.id }));
      });
      expect(second).toMatchObject({ id: first.id, result: { id: [third] } });
    });

    it('S3-5: a failure is told as a failure, keeps no retry from running, and is not told for long', async () => {
      const due = await addDue(bench, site);
      const mend = await breakTable(bench.database, table, { sqlState: '22012' });
      const key = `S3-5 ${due}`;
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

    it('S3-7: what an item throws is one dead letter with all that is to know; mended, it is done', async () => {
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

    it('S3-7: a run that cannot look is a dead letter too', async () => {
      const due = await addDue(bench, site);
      const rename = (from: string, to: string) =>
        sql`alter table ${sql.table(from)} rename to ${sql.ref(to)}`.execute(bench.database);
      await rename(source, 'gone');
      const { task } = await submit(`S3-7 ${due}`, {});
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

    const effects = async () => {
      const { count } = await bench.database
        .selectFrom('effects')
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow();
      return Number(count);
    };
  });
});
