import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { createContracts } from '../../src/catalogue';
import type { CitationsInput } from '../../src/catalogue/citations-extract/contract';
import type { TaskView } from '../../src/client/read/view';
import { TaskClient } from '../../src/client/task-client';
import { TestApi } from '../support/api';
import { Harness } from '../support/harness';
import { descendants, isAlive } from '../support/processes/family';
import { PYTHON } from '../support/processes/python';
import { startRole } from '../support/processes/role-process';
import type { RunningProcess } from '../support/processes/running-process';
import { freePort } from '../support/temporal-server';
import { until } from '../support/until';
import { CitationService } from './citation-service';
import { pdfOf } from './documents';

/** citations.extract over the API, on the built worker in a process of its own. */
const TYPE = 'citations.extract';
const TEXT =
  'The court in Doe v. Acme Widgets, Inc., 512 U.S. 999 (1994) found for the plaintiff, as in Roe v. Wade, 410 U.S. 113, 93 S. Ct. 705 (1973).';

let harness: Harness;
let api: TestApi;
let service: CitationService;
let worker: RunningProcess;
let temporary: string;

beforeAll(async () => {
  harness = await Harness.start();
  service = await CitationService.start({});
  const { temporal: client, artifacts } = harness;
  const contracts = createContracts();
  api = await TestApi.start(harness, {
    tasks: new TaskClient({ client, contracts, artifacts, deadline: 10 }),
    contracts,
  });
  temporary = path.join(harness.folder, 'tmp');
  await mkdir(temporary);
  await startWorker();
});
afterAll(async () => {
  await worker.stop('SIGKILL');
  await api.close();
  await service.close();
  await harness.close();
});

async function startWorker(): Promise<void> {
  worker = await startRole('worker', {
    ...harness.env,
    HOLDFAST_HOME: harness.folder,
    HOLDFAST_ARTIFACTS: harness.artifacts.folder,
    HOLDFAST_QUEUES: 'default',
    HOLDFAST_PYTHON: PYTHON,
    HOLDFAST_COURTLISTENER_URL: service.url,
    HOLDFAST_COURTLISTENER_RATE: '6000',
    TMPDIR: temporary,
  });
}

const submit = (input: object, more: object = {}) => api.submit(TYPE, input, more);

async function ended(id: string): Promise<TaskView> {
  return until(`${id} has ended`, async () => {
    const { body } = await api.get(api.task(id));
    return ['completed', 'failed', 'cancelled'].includes(body.state) ? body : undefined;
  });
}

/** A brief with more citations than fit into one call. */
const BRIEF = Array.from({ length: 120 }, (_, index) => `State v. Smith, ${index + 1} F.2d 7 (1950).`).join(' ');

it('completes on the queue, with names, years, statistics and summary', async () => {
  const task = await ended((await submit({ type: 'text', text: TEXT, force_mode: 'async' })).id);
  expect(task).toMatchObject({ state: 'completed', progress: 100 });
  const { citations, clusters, statistics, summary } = task.result as Record<string, object[]>;
  expect(citations).toMatchObject([
    {
      citation: '512 U.S. 999',
      extracted_case_name: 'Doe v. Acme Widgets, Inc.',
      extracted_date: '1994',
      verified: false,
    },
    { citation: '410 U.S. 113', extracted_case_name: 'Roe v. Wade', extracted_date: '1973', verified: true },
    { citation: '93 S. Ct. 705', true_by_parallel: true, verified: false },
  ]);
  expect(clusters).toMatchObject([{ cluster_size: 2, canonical_name: 'Roe v. Wade' }]);
  const counts = {
    total_citations: 3,
    verified_citations: 2,
    unverified_citations: 1,
    parallel_citations: 2,
    unique_cases: 2,
  };
  expect([statistics, summary]).toEqual([counts, counts]);
});

it('is accepted with 202, and completes within 20 s of polling with its one citation', async () => {
  const text = 'The court in Smith v. Jones, 123 U.S. 456 (2020) held that the defendant was liable.';
  const begun = performance.now();
  const accepted = await api.post('/v1/tasks', { type: TYPE, input: { type: 'text', text, force_mode: 'async' } });
  expect([accepted.status, accepted.headers.get('location')]).toEqual([202, api.task(accepted.body.id)]);
  const seen = new Set<string>();
  const task = await until('the task has ended', async () => {
    const { status, body } = await api.get(api.task(accepted.body.id));
    expect(status).toBe(200);
    seen.add(body.state);
    return body.state === 'completed' || body.state === 'failed' ? body : undefined;
  });
  const took = performance.now() - begun;
  expect([...seen].filter((state) => !['queued', 'running', 'completed'].includes(state))).toEqual([]);
  expect(task).toMatchObject({ state: 'completed', progress: 100 });
  const { citations, statistics, summary, message } = task.result;
  expect(citations).toMatchObject([
    { citation: '123 U.S. 456', extracted_case_name: 'Smith v. Jones', extracted_date: '2020' },
  ]);
  expect([statistics.total_citations, summary, message]).toEqual([1, statistics, 'Analysis completed']);
  expect(took).toBeLessThan(20_000);
});

it('answers a short text at once, in the same shape as on the queue', async () => {
  const ask = (force_mode?: string) =>
    api.post(
      '/v1/tasks',
      { type: TYPE, input: { text: TEXT, ...(force_mode && { force_mode }) } },
      { Prefer: 'wait=60' },
    );
  const answers = [await ask(), await ask('sync'), await ask('async')];
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
  const [first, ...others] = answers.map(({ body }) => body.result);
  expect(first.message).toBe('Analysis completed');
  for (const other of others) expect(other).toEqual(first);
  // Only the last went over the queue.
  const queued = await Promise.all(answers.map(({ body }) => scheduledHandlers(body.id)));
  expect(queued).toEqual([0, 0, 1]);
});

async function scheduledHandlers(id: string): Promise<number> {
  const { events } = await harness.temporal.workflow.getHandle(id).fetchHistory();
  return (events ?? []).filter((event) => event.activityTaskScheduledEventAttributes?.activityType?.name === TYPE)
    .length;
}

it('progress never falls, and is 100 only with the result', async () => {
  const { id } = await submit({ text: BRIEF.repeat(6) });
  const seen: TaskView[] = [];
  await until('the task has ended', async () => {
    const { body } = await api.get(api.task(id));
    seen.push(body);
    return body.state === 'completed';
  });
  const percents = seen.map(({ progress }) => progress);
  expect(percents).toEqual([...percents].sort((one, other) => one - other));
  expect(seen.filter(({ progress, result }) => (progress === 100) !== (result !== undefined))).toEqual([]);
});

it('killed after the extraction, it asks for nothing again that was verified, and the upload is still there', async () => {
  service.calls.length = 0;
  service.moods = ['well', 'silent'];
  const { hash } = await harness.artifacts.put(Buffer.from(BRIEF));
  const { id } = await submit({ file: { artifact: hash, name: 'brief.txt' } }, { policy: { heartbeatTimeout: 2 } });
  await until('the second call hangs', () => service.count('51 F.2d 7') > 0);
  const pythons = descendants(worker.pid, 'citations.py');
  await worker.stop('SIGKILL');
  await until('no process is left', () => pythons.length > 0 && !pythons.some(isAlive));
  expect(await harness.artifacts.has(hash)).toBe(true);
  await startWorker();
  const task = await ended(id);
  expect(task).toMatchObject({ state: 'completed', attempts: 2, failures: [{ lost: true }] });
  expect((task.result as { statistics: object }).statistics).toMatchObject({ total_citations: 120 });
  expect([service.count('1 F.2d 7'), service.count('51 F.2d 7'), service.count('101 F.2d 7')]).toEqual([1, 2, 1]);
  const { body: log } = await api.get(`${api.task(id)}/log`);
  expect(JSON.stringify(log)).toContain('an earlier attempt has extracted the citations');
});

it('a file that cannot be read fails with its reason', async () => {
  const content = Buffer.from('<html>Error</html>').toString('base64');
  const task = await ended((await submit({ file: { base64: content, name: 'brief.pdf' } })).id);
  expect(task).toMatchObject({ state: 'failed', failure: { code: 'PERMANENT_VALIDATION' } });
  expect(task.failure?.message).toContain('cannot be read as .pdf');
});

it('gives the text of a file as an artifact, to find the citations in', async () => {
  const content = pdfOf([['Katz v. United', 'States, 389 U.S.', '347 (1967).']]).toString('base64');
  const task = await ended((await submit({ file: { base64: content, name: 'brief.pdf' } })).id);
  const [citation] = (task.result as { citations: { start_index: number; end_index: number }[] }).citations;
  const text: string = (await api.get(`${api.task(task.id)}/artifacts/text`)).body;
  expect(text.slice(citation?.start_index, citation?.end_index)).toBe('389 U.S.\n347');
});

const hash = `sha256:${'0'.repeat(64)}`;
const EMPTY = 'sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
const ALLOWED = '.txt, .md, .docx, .pdf, .rtf, .html, .htm';
const bad: [string, Partial<Record<keyof CitationsInput, unknown>>, string][] = [
  ['nothing', {}, 'Invalid or missing input. Please provide text, file, or URL.'],
  ['two things', { text: TEXT, url: 'https://example.com/' }, 'Give one of text, url and file, not text and url.'],
  ['another thing than its type', { type: 'url', text: TEXT }, 'type is url, but text is given'],
  ['an empty text', { text: ' \n ' }, 'Text is empty after trimming'],
  ['a text that is too short', { text: '1 U.S. 1' }, 'Text too short. Minimum length is 10 characters'],
  ['a text that is too long', { text: 'a'.repeat(1_000_001) }, 'Text too long. Maximum length is 1,000,000 characters'],
  ['a script', { text: `${TEXT}<script>alert(1)</script>` }, 'Text contains script code'],
  ['an event handler', { text: `${TEXT} <img src=x onerror=alert(1)>` }, 'Text contains script code'],
  [
    'control characters',
    { text: `${TEXT.slice(0, 50)}${'\u0001'.repeat(6)}` },
    'Text contains too many control characters',
  ],
  ['an address of no web page', { url: 'ftp://example.com/a' }, 'URL must start with http:// or https://'],
  [
    'an address that is too long',
    { url: `https://example.com/${'a'.repeat(2048)}` },
    'URL too long. Maximum length is 2048 characters',
  ],
  [
    'an address of this machine',
    { url: 'http://localhost:8080/' },
    'URL must not lead to a local or private host: localhost',
  ],
  ['a loopback address', { url: 'http://127.0.0.1/' }, 'URL must not lead to a local or private host: 127.0.0.1'],
  ['a type without its file', { type: 'file' }, 'No file provided'],
  ['a file that is none', { file: { name: 'a.pdf' } }, 'No file provided'],
  ['an empty file', { file: { artifact: EMPTY, name: 'a.pdf' } }, 'File is empty'],
  ['an empty file in base64', { file: { base64: '', name: 'a.pdf' } }, 'File is empty'],
  ['a program', { file: { artifact: hash, name: 'a.exe' } }, `Invalid file type. Allowed types: ${ALLOWED}`],
  ['a path', { file: { artifact: hash, name: '../a.pdf' } }, 'Invalid filename: contains suspicious characters'],
];

it.each(bad)('refuses %s with its message', async (_, input, message) => {
  const { status, body } = await api.post('/v1/tasks', { type: TYPE, input });
  expect([status, body.code, body.errors[0].detail]).toEqual([422, 'invalid-request', message]);
});

it('an unknown task is a 404 problem, without a result that looks like one', async () => {
  const { status, body } = await api.get(api.task(`${TYPE}:nobody`));
  expect([status, body.code, body.status]).toEqual([404, 'task-not-found', 404]);
  for (const field of ['result', 'citations', 'statistics', 'summary']) expect(Object.keys(body)).not.toContain(field);
});

it('comes to the right end whenever its worker is killed, and leaves nothing lying about', async () => {
  const policy = { heartbeatTimeout: 2, lostAttempts: 20 };
  const tasks = await Promise.all(
    Array.from({ length: 6 }, (_, index) =>
      submit({ text: `${BRIEF} No. ${index}`, force_mode: index % 2 ? 'sync' : 'async' }, { policy }),
    ),
  );
  for (const wait of [20, 300, 700]) {
    await new Promise((resolve) => setTimeout(resolve, wait * Math.random()));
    await worker.stop('SIGKILL');
    await startWorker();
  }
  for (const { id } of tasks) {
    const { state, result } = await ended(id);
    expect([state, (result as { citations: object[] }).citations.length]).toEqual(['completed', 120]);
  }
  await until('no folder is left', async () =>
    (await readdir(temporary)).every((name) => !name.startsWith('holdfast-citations-')),
  );
  const folder = path.join(harness.artifacts.folder, 'sha256');
  const files = await readdir(folder, { recursive: true, withFileTypes: true });
  const stored = files.filter((one) => one.isFile() && /^[0-9a-f]{64}$/.test(one.name));
  expect(stored.length).toBeGreaterThan(tasks.length);
  for (const { parentPath, name } of stored) {
    const content = await readFile(path.join(parentPath, name));
    expect(createHash('sha256').update(content).digest('hex')).toBe(name);
  }
});

describe('where Python is missing', () => {
  it('the type is not offered, and the API says why', async () => {
    const url = `http://127.0.0.1:${await freePort()}`;
    const lonely = await startRole('api', {
      ...harness.env,
      HOLDFAST_PORT: new URL(url).port,
      HOLDFAST_HOME: path.join(harness.folder, 'lonely'),
    });
    try {
      const types = (await (await fetch(`${url}/v1/task-types`)).json()) as Record<
        string,
        { type: string; reason: string }[]
      >;
      const offered = types.taskTypes?.map(({ type }) => type);
      expect([offered?.includes('image.convert'), offered?.includes(TYPE)]).toEqual([true, false]);
      const reason = expect.stringContaining(
        'Run npm run build with Python 3.10 or newer and pip, or set HOLDFAST_PYTHON',
      );
      expect(types.absent).toEqual([{ type: TYPE, reason }]);
      const body = JSON.stringify({ type: TYPE, input: { text: TEXT } });
      const headers = { 'Content-Type': 'application/json' };
      const refused = await fetch(`${url}/v1/tasks`, { method: 'POST', headers, body });
      expect([refused.status, await refused.json()]).toEqual([
        422,
        expect.objectContaining({ code: 'unknown-task-type', detail: reason }),
      ]);
      expect(lonely.lines).toContainEqual(
        expect.objectContaining({ msg: 'a task type is not offered', type: TYPE, reason }),
      );
    } finally {
      await lonely.stop('SIGKILL');
    }
  });

  it('a worker says so at its start', async () => {
    const lonely = await startRole('worker', {
      ...harness.env,
      HOLDFAST_HOME: path.join(harness.folder, 'lonely'),
      HOLDFAST_QUEUES: 'lonely',
    });
    const reason = expect.stringContaining('There is no Python environment at');
    expect(lonely.lines).toContainEqual(
      expect.objectContaining({ msg: 'a task type cannot work here: its tasks will fail', type: TYPE, reason }),
    );
    await lonely.stop('SIGKILL');
  });
});
