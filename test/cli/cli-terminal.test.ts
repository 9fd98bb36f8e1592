import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { isoTime } from '../../src/cli/repair/filter';
import { lineAsText } from '../../src/client/read/log-lines';
import { noteRunning } from '../../src/home';
import { createLogger } from '../../src/logging';
import { printable, printableJson, printableLines } from '../../src/tasks/printable';
import { TestApi } from '../support/api';
import { parkedTask, plantDeadLetter } from '../support/dead-letters';
import { Harness } from '../support/harness';
import { cli } from '../support/processes/cli';
import { until } from '../support/until';

let harness: Harness;
let api: TestApi;
beforeAll(async () => {
  harness = await Harness.start();
  await harness.startWorkers();
  api = await TestApi.start(harness);
});
afterAll(async () => {
  await api.close();
  await harness.close();
});

const text = (...args: string[]) => cli(harness, args);
/** Clears the screen, sets the title, copies to the clipboard, goes back to the line's beginning, turns text around. */
const HOSTILE =
  '\u001b[2J\u001b]0;t\u0007\u001b]52;c;aGk=\u0007\rgone\u009b31m\u202etxt\u2066\u200e\u200b\u3164\u{e0041}';
/** All of it that a terminal would act on. */
const STEERING = /(?!\n)[\p{Cc}\u061c\u3164\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]|[\u{e0000}-\u{e007f}]/u;

describe('what steers a terminal', () => {
  let parked: string;
  beforeAll(async () => {
    const hostile = { by: `ann${HOSTILE}`, reason: `why${HOSTILE}\nStatus: completed` };
    parked = (await parkedTask(harness, { lines: [`line${HOSTILE}\nsecond`] })).id;
    await plantDeadLetter(harness, 'hostile', { message: `message${HOSTILE}\nTask ID: another`, code: `C${HOSTILE}` });
    await harness.tasks.act(parked, 'retry', { ...hostile, at: new Date(Date.now() + 3_600_000).toISOString() });
    const order = { id: 'hostile', type: 'test.probe', input: {}, cron: '5 4 * * *', paused: true };
    await harness.tasks.schedules.create({ ...order, note: `note${HOSTILE}` });
    await harness.tasks.breaker('http:down.example.com', 'open', hostile);
    await until('the breaker is known', async () => (await harness.tasks.breakers()).length > 0);
    await until('both are listed', async () => (await harness.tasks.deadLetters.list()).deadLetters.length === 2);
  });

  it('is shown, not done, by every command', async () => {
    const commands = [
      ['list', '--output', 'wide'],
      ['info', parked],
      ['why', parked],
      ['logs', parked],
      ['dead-letters', '--output', 'wide'],
      ['dead-letters', '--counts'],
      ['breakers', '--output', 'wide'],
      ['schedules', '--output', 'wide'],
      ['schedules', 'show', 'hostile'],
      ['check', '--check-execution'],
      ['retry', `no-such${HOSTILE}`],
      [`list${HOSTILE}`],
    ];
    const outputs = await Promise.all(commands.map((command) => text(...command)));
    for (const [index, { stdout, stderr }] of outputs.entries()) {
      expect([commands[index]?.[0], STEERING.exec(stdout + stderr)]).toEqual([commands[index]?.[0], null]);
    }
    const [, info, , logs, letters] = outputs;
    expect(info?.stdout).toContain('ann\\x1b[2J');
    // What follows an end of line cannot pass for a line of the command.
    expect(info?.stdout).not.toMatch(/^ ?Status: completed/m);
    expect(logs?.stdout).toContain('line\\x1b[2J\\x1b]0;t\\x07\\x1b]52;c;aGk=\\x07\\rgone\\x9b31m\\u202etxt');
    expect(letters?.stdout).not.toMatch(/^Task ID: another/m);
    expect(letters?.stdout).toContain('message\\x1b[2J');
  });

  it('is exact in JSON, where it stands as escapes', async () => {
    const { stdout } = await text('info', parked, '--json');
    expect(STEERING.exec(stdout)).toBeNull();
    const { timeline } = JSON.parse(stdout);
    expect(JSON.stringify(timeline)).toContain(JSON.stringify(`ann${HOSTILE}`).slice(1, -1));
  });

  it('stays what it is where it does no harm, and is shown by the logs of every role', () => {
    const sound = 'Zażółć 漢字 עברית नमस्ते क्‍ष 👩‍👩‍👧 – "quoted" \\x1b';
    expect([printable(sound), printableLines(`${sound}\nb`), JSON.parse(printableJson(JSON.stringify(sound)))]).toEqual(
      [sound, `${sound}\n    b`, sound],
    );
    expect(JSON.parse(printableJson(JSON.stringify(HOSTILE)))).toBe(HOSTILE);
    const line = { id: '', time: 'now', level: 'info', attempt: 1, message: HOSTILE, field: HOSTILE };
    expect(STEERING.exec(lineAsText(line).trimEnd())).toBeNull();
    const lines: string[] = [];
    createLogger('info', 'test', { write: (one) => lines.push(one) }).info({ field: HOSTILE }, HOSTILE);
    expect([STEERING.exec(lines.join('').trimEnd()), JSON.parse(lines[0] ?? '').msg]).toEqual([null, HOSTILE]);
  });
});

it('fits a terminal of 60 columns', async () => {
  const task = (await harness.tasks.submit({ type: 'test.probe', input: { failures: 9, code: 'PERMANENT_LOGIC' } }))
    .task;
  await harness.reaches(task.id, 'failed');
  const env = { COLUMNS: '60' };
  for (const command of [
    ['list', '--output', 'wide'],
    ['info', task.id],
    ['why', task.id],
    ['queues'],
    ['types'],
    ['check'],
    ['--help'],
    ['breakers', 'show'],
    ['list', '--limit', 'many'],
    ['list', '--created-after', 'in the year 99999'],
  ]) {
    const { stdout, stderr } = await cli(harness, command, { env });
    const long = (stdout + stderr)
      .split('\n')
      .filter((line) => line.length > 60 && /\s|=/.test(line.trim()) && !/^Type this: |u202e/.test(line));
    expect([command, long]).toEqual([command, []]);
  }
  expect((await cli(harness, ['list'], { env })).stdout).toContain(`${task.id}\n`);
});

describe('the input that a correction begins with', () => {
  it('is shown with secrets redacted, by info and by the API', async () => {
    const { id } = await parkedTask(harness, { value: { password: 'hunter2', url: 'https://u:pw@example.com/' } });
    const { code, stdout } = await text('info', id, '--input');
    expect([code, JSON.parse(stdout).value.password]).toEqual([0, '[REDACTED]']);
    expect(stdout).not.toContain('pw@');
    const { body } = await api.get(`/v1/tasks/${encodeURIComponent(id)}?include=input`);
    expect(body).toMatchObject({ id, state: 'dead-lettered', input: JSON.parse(stdout) });
    expect((await api.get(`/v1/tasks/${encodeURIComponent(id)}`)).body).not.toHaveProperty('input');
    expect((await api.get(`/v1/tasks/${encodeURIComponent(id)}?include=secrets`)).status).toBe(400);
  });

  it('is edited, checked by the contract, and shown as the difference', async () => {
    const { id } = await parkedTask(harness, { value: { token: 'hunter2', n: 1 } });
    const folder = await mkdtemp(path.join(tmpdir(), 'editor-'));
    const editor = async (edit: string) => {
      const file = path.join(folder, `editor-${edit.length}.js`);
      await writeFile(
        file,
        `const fs=require('fs');const f=process.argv[2];let v=JSON.parse(fs.readFileSync(f));${edit};fs.writeFileSync(f,JSON.stringify(v))`,
      );
      return { env: { EDITOR: `${process.execPath} ${file}`, VISUAL: '' } };
    };
    const unchanged = await cli(harness, ['retry', id, '--edit', '--yes'], await editor(''));
    expect([unchanged.code, unchanged.stderr]).toEqual([2, expect.stringContaining('Nothing was changed')]);
    const wrong = await cli(harness, ['retry', id, '--edit', '--yes'], await editor('v.failures="many"'));
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('/input/failures')]);
    expect(await harness.tasks.read(id)).toMatchObject({ state: 'dead-lettered' });
    const edited = await cli(
      harness,
      ['retry', id, '--edit', '--yes'],
      await editor('delete v.failures;v.value.n=2;v.value.token="x"'),
    );
    expect(edited.code).toBe(0);
    expect(edited.stderr).toContain('- /failures: 1\n');
    expect(edited.stderr).toContain('- /value/n: 1\n+ /value/n: 2\n');
    expect(edited.stderr).not.toContain('hunter2');
    expect(await harness.reaches(id, 'completed')).toMatchObject({ result: { value: { n: 2, token: 'x' } } });
  });
});

it('takes the beginning of an ID where no other task has it, and says which have it otherwise', async () => {
  const tenant = 'prefix';
  const { task } = await harness.tasks.submit({
    type: 'test.probe',
    input: { failures: 9, code: 'PERMANENT_LOGIC' },
    tenant,
  });
  const failed = await harness.reaches(task.id, 'failed');
  const prefix = task.id.slice(0, -3);
  const why = await until('the list knows it', async () => {
    const answer = await text('why', prefix);
    return answer.code === 0 ? answer : undefined;
  });
  // And it begins with the failure.
  const [head, first] = why.stdout.split('\n');
  expect(head).toBe(`${task.id}: failed, ended`);
  expect(first).toBe(`PERMANENT_LOGIC: ${failed.failure?.message}`);
  const many = await text('info', 'test.p');
  expect([many.code, many.stderr]).toEqual([2, expect.stringMatching(/several tasks: test\.p\S+, test\.p/)]);
  const none = await text('info', 'test.probe:zzzz');
  expect([none.code, none.stderr]).toEqual([1, 'Task test.probe:zzzz not found\n']);
});

it('filters lists by all that the API filters by', async () => {
  const mine = { tenant: 'filters', tags: ['blue'] };
  const probe = (input: object, more: object = {}) =>
    harness.tasks.submit({ type: 'test.probe', input, ...mine, ...more });
  const good = (await probe({})).task.id;
  const bad = (await probe({ failures: 9, code: 'PERMANENT_LOGIC' })).task.id;
  const { failure } = await harness.reaches(bad, 'failed');
  await until(
    'both are listed',
    async () => (await harness.tasks.list({ filter: { tenant: 'filters' } })).tasks.length === 2,
  );
  const ids = async (...options: string[]) => {
    const { stdout } = await text('list', '--tenant', 'filters', ...options, '--json');
    return JSON.parse(stdout)
      .tasks.map(({ id }: { id: string }) => id)
      .sort();
  };
  const later = new Date(Date.now() + 60_000).toISOString();
  expect(
    await Promise.all([
      ids(),
      ids('--tag', 'blue', '--created-before', later),
      ids('--tag', 'red'),
      ids('--code', 'PERMANENT_LOGIC'),
      ids('--class', 'permanent', '--fingerprint', failure?.fingerprint ?? ''),
      ids('--created-after', later),
      ids('--filter', 'category=default', '--type', 'test.once'),
    ]),
  ).toEqual([[bad, good].sort(), [bad, good].sort(), [], [bad], [bad], [], []]);
});

it.each([
  [['breakers', 'opne'], 'open'],
  [['batches', 'lst'], 'list'],
  [['schedules', 'tigger', 'x'], 'trigger'],
  [['lits'], 'list'],
])('%j: did you mean %s?', async (command, meant) => {
  const { code, stderr, stdout } = await text(...command);
  expect([code, stdout, stderr]).toEqual([
    2,
    '',
    expect.stringMatching(
      new RegExp(`unknown command '${command.length > 1 ? command[1] : command[0]}'[^]*Did you mean ${meant}\\?`),
    ),
  ]);
});

it.each([['info'], ['why'], ['logs'], ['retry'], ['schedules', 'show'], ['schedules', 'delete'], ['batches', 'show']])(
  'refuses an ID that is empty, as a variable is that nobody set: %s %s',
  async (...command) => {
    for (const id of ['', ' ']) {
      const { code, stderr } = await text(...command.filter(Boolean), id);
      expect([code, stderr]).toEqual([2, expect.stringContaining('An argument is empty')]);
    }
  },
);

it('takes no text for a time that JavaScript finds one in', () => {
  const refused = [
    'tomorrow 3',
    'in the year 99999',
    '2026-02-30',
    '2026-13-01',
    '12',
    'March 1',
    '2026-01-01T25:00:00Z',
  ];
  for (const time of [...refused, '0000-01-01T00:00:00+23:59', '9999-12-31T23:59:59-23:59', '2026-1-5', '']) {
    expect(() => isoTime(time)).toThrow('expected ISO 8601');
  }
  expect(['2026-11-24', '2026-11-24T05:06Z', '2026-11-24 05:06:07.5+05:30'].map(isoTime)).toEqual([
    '2026-11-24T00:00:00.000Z',
    '2026-11-24T05:06:00.000Z',
    '2026-11-23T23:36:07.500Z',
  ]);
});

it('says which task type was probably meant, and which day there is none of', async () => {
  const none = await text('list', '--type', 'test.proeb');
  expect([none.code, none.stderr]).toEqual([
    0,
    'test.proeb is no task type of this application. Did you mean test.probe?\n',
  ]);
  const day = await text('audit', '--day', '2026-13-01');
  expect([day.code, day.stderr]).toEqual([2, expect.stringContaining('2026-13-01 is no day')]);
});

it('takes a result unchecked where an operator says so, and says it in the timeline', async () => {
  const { id } = await parkedTask(harness);
  const asked = ['update', id, '--status', 'completed'];
  const without = await text(...asked);
  expect([without.code, without.stderr]).toEqual([
    2,
    expect.stringContaining(`holdfast update ${id} --status completed --result`),
  ]);
  const refused = await text(...asked, '--result', '{"other":"shape"}');
  expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('not a valid test.parked output')]);
  expect((await text(...asked, '--result', '{"other":"shape"}', '--unchecked')).code).toBe(0);
  expect(await harness.tasks.read(id)).toMatchObject({ state: 'completed', result: { other: 'shape' } });
  expect(JSON.stringify(await harness.tasks.timeline(id))).toContain('Result not checked');
});

describe('where the command line looks', () => {
  it('is the home that runs here; what is typed outranks it', async () => {
    const home = await mkdtemp(path.join(tmpdir(), 'home-'));
    noteRunning(home, {
      ...harness.env,
      HOLDFAST_ARTIFACTS: 's3://u:secret@bucket/n',
    });
    expect(await readFile(path.join(home, 'running.json'), 'utf8')).not.toContain('secret');
    const env = { TEMPORAL_ADDRESS: '', HOLDFAST_HOME: home, HOLDFAST_TEMPORAL_DEADLINE: '2' };
    expect((await cli(harness, ['list'], { env })).code).toBe(0);
    const other = await cli(harness, ['list'], { env: { ...env, TEMPORAL_ADDRESS: '127.0.0.1:9' } });
    expect([other.code, other.stderr]).toEqual([3, expect.stringContaining('It is looked for at 127.0.0.1:9;')]);
    // One that was killed has left its note.
    await writeFile(path.join(home, 'running.json'), JSON.stringify({ pid: 2 ** 30, settings: harness.env }));
    const dead = await cli(harness, ['list', '--json'], { env: { ...env, HOLDFAST_TEMPORAL_PORT: '9' } });
    expect([dead.code, JSON.parse(dead.stderr).error.address]).toEqual([3, '127.0.0.1:9']);
  });
});
