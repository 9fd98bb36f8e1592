import { setTimeout as sleep } from 'node:timers/promises';
import { createContracts, createHandlers } from '../../src/catalogue';
import { statementSubmissions } from '../../src/catalogue/transactions-process/statement-submissions';
import type { TaskView } from '../../src/client/read/view';
import { TaskClient } from '../../src/client/task-client';
import type { ArtifactRef } from '../../src/protocol/task';
import { TestApi } from '../support/api';
import { Harness } from '../support/harness';
import { cli } from '../support/processes/cli';
import { until } from '../support/until';
import { Gate, statementOf, WatchedAgent } from './statements';

const TYPE = 'transactions.process';
const contracts = createContracts();

let harness: Harness;
let tasks: TaskClient;
let agent: WatchedAgent;
let stopWorkers: (() => Promise<void>) | undefined;

beforeAll(async () => {
  harness = await Harness.start();
  tasks = new TaskClient({ client: harness.temporal, contracts, artifacts: harness.artifacts, deadline: 10 });
});
afterAll(() => harness.close());
afterEach(async () => {
  await stopWorkers?.();
  stopWorkers = undefined;
});

async function work(): Promise<void> {
  agent = new WatchedAgent();
  const { handlers } = createHandlers({ maxPixels: 1, agent });
  stopWorkers = await harness.startWorkers({ contracts, handlers });
}

async function submitted(csv: string, more: object = {}): Promise<string> {
  return (await tasks.submit({ type: TYPE, input: { client: 'Acme', transactions: { csv }, ...more } })).task.id;
}

interface Report {
  transactionCount: number;
  processedCount: number;
  errorCount: number;
  errorDetails: Record<string, string>;
  items: Record<string, unknown>[];
}

async function reportOf(artifacts: Record<string, ArtifactRef> | undefined): Promise<Report> {
  return JSON.parse((await harness.artifacts.read(artifacts?.json?.hash ?? '')).toString());
}

const resultOf = ({ result }: TaskView) => result as { artifacts: Record<string, ArtifactRef>; errorCount: number };

describe('a batch', () => {
  beforeEach(work);

  it('comes out as CSV and JSON, in its order, with a payee, a kind and a category each', async () => {
    const csv = [
      'Transaction Date,Posted Date,Card No.,Description,Category,Debit,Credit',
      '2026-01-05,2026-01-06,4412,"OFFICE DEPOT #1079, COLUMBUS OH",Merchandise,45.67,',
      '2026-01-09,2026-01-09,4412,TRADER JOE S #183 TEMPE AZ,Groceries,6.50,',
      '2026-01-10,2026-01-10,4412,=HYPERLINK SHOP,Other,1.00,',
    ].join('\n');
    const { state, result, failures } = await tasks.wait(await submitted(csv), 60);
    expect({ state, failures }).toEqual({ state: 'completed', failures: [] });
    expect(result).toMatchObject({
      client: 'Acme',
      operation: 'both',
      transactionCount: 3,
      processedCount: 3,
      errorCount: 0,
    });
    const { artifacts } = resultOf({ result } as TaskView);
    expect((await reportOf(artifacts)).items.slice(0, 2)).toEqual([
      expect.objectContaining({
        id: '1',
        amount: '-45.67',
        payee: 'Office Depot',
        type: 'purchase',
        classification: 'business',
        worksheet: '6A',
        category: 'Office expenses',
        confidence: 'high',
        method: 'watched',
      }),
      expect.objectContaining({ id: '2', payee: "Trader Joe's", classification: 'personal', worksheet: 'Personal' }),
    ]);
    const file = (await harness.artifacts.read(artifacts.csv?.hash ?? '')).toString();
    const [head, first, , third] = file.split('\r\n');
    expect(head).toMatch(/^id,date,description,amount,status,normalisedDescription,payee,type,/);
    expect(first).toMatch(
      /^1,2026-01-05,"OFFICE DEPOT #1079, COLUMBUS OH",-45.67,done,Office Depot,Office Depot,purchase,/,
    );
    expect(third).toContain(",'=HYPERLINK SHOP,");
  });

  it.each([
    ['payee-lookup', ['payee', 'type'], ['worksheet', 'category']],
    ['classification', ['worksheet', 'category'], ['payee', 'type']],
  ])('asked for %s tells that and nothing else', async (operation, told, untold) => {
    const task = await tasks.wait(await submitted(statementOf(1), { operation }), 60);
    const [item = {}] = (await reportOf(resultOf(task).artifacts)).items;
    for (const field of told) expect(item).toHaveProperty(field);
    for (const field of untold) expect(item).not.toHaveProperty(field);
  });

  it('in which 2 of 10 fail ends failed, names exactly those 2, and has the other 8 saved', async () => {
    agent.fail('t4', 't9');
    const { id, state, failure } = await tasks.wait(await submitted(statementOf(10)), 60);
    expect({ state, code: failure?.code, message: failure?.message }).toEqual({
      state: 'failed',
      code: 'PERMANENT_LOGIC',
      message: expect.stringMatching(/^2 of 10 transactions failed: t4, t9\. The other 8 are saved/),
    });
    const report = await reportOf(failure?.artifacts);
    expect(report).toMatchObject({ transactionCount: 10, processedCount: 10, errorCount: 2 });
    expect(report.errorDetails).toEqual({ t4: 'no idea about t4', t9: 'no idea about t9' });
    expect(report.items.filter(({ status }) => status === 'done').map((item) => item.id)).toEqual([
      't1',
      't2',
      't3',
      't5',
      't6',
      't7',
      't8',
      't10',
    ]);
    expect(report.items.filter(({ payee }) => payee)).toHaveLength(8);

    const api = await TestApi.start(harness, { tasks, contracts });
    try {
      const listed = await api.get(`/v1/tasks/${id}/artifacts`);
      expect(listed.body.artifacts.map(({ name }: { name: string }) => name)).toEqual(['csv', 'json']);
      const file = await api.get(`/v1/tasks/${id}/artifacts/csv`);
      expect(file.headers.get('content-type')).toContain('text/csv');
      expect(file.body.split('\r\n')).toHaveLength(12);
    } finally {
      await api.close();
    }
  });

  it('that failed and is retried counts anew, runs the failed ones alone, and completes', async () => {
    agent.fail('t2', 't5');
    const id = await submitted(statementOf(6));
    await tasks.wait(id, 60);
    expect(agent.asked).toEqual(['t1', 't2', 't3', 't4', 't5', 't6']);

    agent.before.delete('t2');
    await tasks.act(id, 'retry');
    const half = await until('one is left', async () => {
      const task = await tasks.wait(id, 10);
      return task.state === 'failed' ? task : undefined;
    });
    expect(half.failure?.message).toContain('1 of 6 transactions failed: t5.');
    expect((await reportOf(half.failure?.artifacts)).errorDetails).toEqual({ t5: 'no idea about t5' });

    agent.before.delete('t5');
    await tasks.act(id, 'retry');
    const task = await until('it is completed', async () => {
      const seen = await tasks.wait(id, 10);
      return seen.state === 'completed' ? seen : undefined;
    });
    expect(task.result).toMatchObject({ processedCount: 6, errorCount: 0 });
    expect(task.failure).toBeUndefined();
    expect(await reportOf(resultOf(task).artifacts)).toMatchObject({ errorCount: 0, errorDetails: {} });
    expect(agent.asked.slice(6)).toEqual(['t2', 't5', 't5']);
  });

  it('with an unreadable row fails for it alone, and a corrected one is all that a retry runs', async () => {
    const csv = statementOf(4);
    const id = await submitted(csv.replace('-3.50', 'three'));
    const { failure } = await tasks.wait(id, 60);
    expect(failure).toMatchObject({ code: 'PERMANENT_VALIDATION' });
    expect((await reportOf(failure?.artifacts)).errorDetails).toEqual({
      t3: '"three" is not an amount such as 1234.50 or -1,234.50.',
    });
    await tasks.act(id, 'retry', { input: { client: 'Acme', transactions: { csv } } });
    await until('it is completed', async () => (await tasks.wait(id, 10)).state === 'completed');
    expect(agent.asked).toEqual(['t1', 't2', 't4', 't3']);
  });

  it('whose agent cannot be reached waits and goes on from there: that is no fault of the transaction', async () => {
    let away = 2;
    agent.before.set('t3', () => {
      if (away-- > 0) throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    });
    const { state, failures } = await tasks.wait(await submitted(statementOf(5)), 60);
    expect({ state, codes: failures?.map(({ code }) => code) }).toEqual({
      state: 'completed',
      codes: ['TRANSIENT_NETWORK', 'TRANSIENT_NETWORK'],
    });
    expect(agent.asked).toEqual(['t1', 't2', 't3', 't3', 't3', 't4', 't5']);
  });

  it('counts a finding that is none as the failure of its transaction', async () => {
    const given = agent.process;
    agent.process = async (transaction, request) => ({ ...(await given(transaction, request)), worksheet: 'Personal' });
    const { failure } = await tasks.wait(await submitted(statementOf(1)), 60);
    expect((await reportOf(failure?.artifacts)).errorDetails.t1).toContain('belongs on the worksheet Personal');
  });

  it('has its whole life in one log, by its ID', async () => {
    agent.fail('t2');
    const id = await submitted(statementOf(3));
    await tasks.wait(id, 60);
    const chunks = await harness.artifacts.listLog(id);
    const text = (await Promise.all(chunks.map((chunk) => harness.artifacts.readLog(id, chunk)))).join('');
    const lines = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines.map(({ message, transaction }) => [message, transaction])).toEqual([
      ['started', undefined],
      ['transaction 1 done', 't1'],
      ['transaction 2 failed', 't2'],
      ['transaction 3 done', 't3'],
      ['ended: 2 successful, 1 failed', undefined],
      [expect.stringContaining('Attempt failed for good: 1 of 3 transactions failed: t2.'), undefined],
    ]);
  });

  it('that is cancelled stops before the next transaction', async () => {
    // An agent that ends in order what it has begun.
    agent.before.set('t3', (signal) => until('it is told to stop', () => signal.aborted));
    const id = await submitted(statementOf(6));
    await until('the third is asked about', () => agent.asked.includes('t3'));
    await tasks.act(id, 'cancel');
    await harness.reaches(id, 'cancelled');
    expect(agent.asked).toEqual(['t1', 't2', 't3']);
  });

  it('paused after 2 of 5 and resumed does 3 to 5 once each, and 1 and 2 not again', async () => {
    const gate = new Gate();
    agent.before.set('t2', () => gate.pass());
    const id = await submitted(statementOf(5));
    await until('the second is asked about', () => gate.reached);
    await tasks.act(id, 'pause');
    await until('the pause is known', async () => (await tasks.read(id)).pauseRequested);
    const known = Date.now();
    // The attempt looks once a second.
    await until('the next look is due', () => Date.now() - known > 1100);
    gate.open();
    const paused = await harness.reaches(id, 'paused');
    expect({ asked: agent.asked, progress: paused.progress }).toEqual({ asked: ['t1', 't2'], progress: 40 });
    await tasks.act(id, 'resume');
    const { state, failures, attempts } = await tasks.wait(id, 60);
    expect({ state, failures, attempts }).toEqual({ state: 'completed', failures: [], attempts: 1 });
    expect(agent.asked).toEqual(['t1', 't2', 't3', 't4', 't5']);
  });

  it('goes on after any number of pauses and resumes that follow each other at once', async () => {
    for (let item = 1; item <= 40; item++) agent.before.set(`t${item}`, () => sleep(150));
    const id = await submitted(statementOf(40));
    await harness.reaches(id, 'running');
    // At all distances, so that a resume comes while the attempt is about to hold itself, too.
    for (let round = 0; round < 12; round++) {
      await tasks.act(id, 'pause').catch(() => undefined);
      await sleep(Math.random() * 300);
      await tasks.act(id, 'resume').catch(() => undefined);
      await sleep(Math.random() * 300);
    }
    expect((await harness.reaches(id, 'completed')).failures).toEqual([]);
    expect(agent.asked).toEqual(Array.from({ length: 40 }, (_, index) => `t${index + 1}`));
  });

  it('shows its progress after every transaction', async () => {
    const gates = [new Gate(), new Gate()];
    agent.before.set('t2', () => gates[0]?.pass());
    agent.before.set('t4', () => gates[1]?.pass());
    const id = await submitted(statementOf(4));
    await until('1 of 4', async () => (await tasks.read(id)).stage === '1 of 4');
    gates[0]?.open();
    const third = await until('3 of 4', async () => {
      const task = await tasks.read(id);
      return task.stage === '3 of 4' ? task : undefined;
    });
    expect(third.progress).toBe(75);
    gates[1]?.open();
    expect((await tasks.wait(id, 60)).state).toBe('completed');
  });

  it('of 10,000 transactions has a history of a few events, whatever happens on the way', async () => {
    const { hash } = await harness.artifacts.put(Buffer.from(statementOf(10_000)));
    const input = { client: 'Acme', transactions: { artifact: hash }, count: 10_000 };
    const began = Date.now();
    const { task } = await tasks.submit({ type: TYPE, input });
    const { state, result } = await tasks.wait(task.id, 110);
    expect({ state, result }).toMatchObject({ state: 'completed', result: { processedCount: 10_000 } });
    const { historyLength } = await harness.temporal.workflow.getHandle(task.id).describe();
    console.info(`10,000 transactions: ${historyLength} events of history, ${(Date.now() - began) / 1000} s`);
    expect(historyLength).toBeLessThan(30);
    expect((await reportOf(resultOf({ result } as TaskView).artifacts)).items).toHaveLength(10_000);
  });
});

describe('one task per client', () => {
  const csv = [
    'client,date,description,amount',
    ...['Acme', 'Birch', 'Acme', 'Cedar', 'Birch', 'Acme'].map(
      (client, index) => `${client},2026-01-0${index + 1},SHOP,-1`,
    ),
  ].join('\n');

  const stored = async () => {
    const all: TaskView[] = [];
    for await (const { workflowId } of harness.temporal.workflow.list({
      query: `WorkflowType = '${TYPE}' AND TaskTenant = 'accountant'`,
    }))
      all.push(await tasks.read(workflowId));
    return all;
  };

  it('transactions of three clients make exactly three tasks, with the right counts and descriptions', async () => {
    const options = { operation: 'payee-lookup', key: 'january', tenant: 'accountant' } as const;
    const first = await tasks.submitAll(await statementSubmissions(csv, harness.artifacts, options));
    const again = await tasks.submitAll(await statementSubmissions(csv, harness.artifacts, options));
    expect(again.map((one) => 'task' in one && one.duplicate)).toEqual([true, true, true]);
    const descriptions = [
      'Batch payee lookup for 3 transactions of Acme',
      'Batch payee lookup for 2 transactions of Birch',
      'Batch payee lookup for 1 transaction of Cedar',
    ];
    expect(first.map((one) => 'task' in one && one.task.description)).toEqual(descriptions);
    const there = await until('all three are listed', async () => {
      const all = await stored();
      return all.length >= 3 ? all : undefined;
    });
    expect(there.map(({ description }) => description).sort()).toEqual([...descriptions].sort());
    await work();
    for (const { id } of there) expect((await tasks.wait(id, 60)).state).toBe('completed');
    expect([...agent.asked].sort()).toEqual(['1', '2', '3', '4', '5', '6']);
  });

  it('also from the command line, which says what it made', async () => {
    const { code, stdout, stderr } = await cli(harness, ['submit-statement', '-', '--operation', 'classification'], {
      input: csv,
      shipped: true,
    });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.trim().split('\n')).toEqual([
      expect.stringMatching(/^transactions\.process:\S+ {2}Batch classification for 3 transactions of Acme$/),
      expect.stringMatching(/ {2}Batch classification for 2 transactions of Birch$/),
      expect.stringMatching(/ {2}Batch classification for 1 transaction of Cedar$/),
    ]);
    const refused = await cli(harness, ['submit-statement', '-'], {
      input: 'client,date,description,amount',
      shipped: true,
    });
    expect(refused).toMatchObject({ code: 2, stderr: 'Error submitting the statement: No transactions selected.\n' });
  });
});
