import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import path from 'node:path';
import { facilityContracts } from '../../examples/facility/src/contracts';
import { facilitySchedules } from '../../examples/facility/src/schedules';
import type { TaskState } from '../../src/protocol/task';
import { isOpen } from '../../src/tasks/state';
import { isAlive } from '../support/processes/family';
import { Holdfast } from '../support/processes/holdfast';
import { rawRequest } from '../support/raw-http';
import { freePort, TemporalServer } from '../support/temporal-server';
import { until } from '../support/until';

/** Real processes and servers: on a machine that does much else, each step takes a multiple of its time. */
jest.setTimeout(360_000);

interface Task {
  id: string;
  state: TaskState;
  result?: unknown;
}

// What a start says is compared as a whole, so that no build may come in between.
beforeAll(() => execFileSync(process.execPath, [path.resolve(__dirname, '..', '..', 'scripts', 'setup.js')]));

const opened: Holdfast[] = [];
afterEach(async () => {
  for (const holdfast of opened.splice(0)) await holdfast.remove();
});

async function create(env: NodeJS.ProcessEnv = {}): Promise<Holdfast> {
  const holdfast = await Holdfast.create(env);
  opened.push(holdfast);
  return holdfast;
}

const READY = 'Ready. Ctrl-C ends everything.';

describe('npm start', () => {
  let holdfast: Holdfast;

  beforeAll(async () => {
    holdfast = await Holdfast.create();
    holdfast.run();
    await holdfast.untilSays(READY);
  });
  afterAll(() => holdfast.remove());

  it('takes no more than 450 MB with its worker while it has nothing to do', async () => {
    // What the first tasks took is given back in time.
    const measured = await until(
      'it is small',
      () => {
        const kilobytes = execFileSync('ps', ['-o', 'rss=', '-p', String(holdfast.pidOf('app'))], { encoding: 'utf8' });
        const megabytes = Number(kilobytes) / 1024;
        return megabytes <= 450 ? megabytes : undefined;
      },
      120,
    );
    console.info(`API, worker and monitor in one process: ${measured.toFixed(0)} MB`);
  });

  it('says where everything is and checks itself with a real task, whose result is there', async () => {
    const { HOLDFAST_UI_PORT: ui, HOLDFAST_TEMPORAL_PORT: temporal } = holdfast.env;
    expect(holdfast.output).toContain(`API       ${holdfast.url}`);
    expect(holdfast.output).toContain(`Web UI    http://127.0.0.1:${ui}`);
    expect(holdfast.output).toContain(`Temporal  127.0.0.1:${temporal}`);
    expect((await fetch(`http://127.0.0.1:${ui}/`)).status).toBe(200);

    expect(holdfast.output).toMatch(/ {2}image\.convert:\w+: completed\n/);
    const [, url = '', file = ''] = /^ {2}(http:\S+\/artifacts\/image)\n {2}(\S+)$/m.exec(holdfast.output) ?? [];
    const served = Buffer.from(await (await fetch(url)).arrayBuffer());
    expect(served.equals(readFileSync(path.resolve(__dirname, '..', '..', file)))).toBe(true);
  });

  it('keeps everything to its user, and the Web UI behind the guard of the API', async () => {
    const { HOLDFAST_UI_PORT: ui } = holdfast.env;
    const open = readdirSync(holdfast.home, { recursive: true, withFileTypes: true })
      // Programs that were installed hold no data.
      .filter(({ parentPath }) => !path.relative(holdfast.home, parentPath).startsWith('tools'))
      .map(({ parentPath, name }) => path.join(parentPath, name))
      .filter((file) => ((statSync(file, { throwIfNoEntry: false })?.mode ?? 0) & 0o077) !== 0);
    expect(open.filter((file) => path.basename(file) !== 'tools')).toEqual([]);
    expect(statSync(holdfast.home).mode & 0o777).toBe(0o700);

    const url = `http://127.0.0.1:${ui}`;
    const asked = (host: string) => rawStatus(url, rawRequest('GET /api/v1/namespaces', [`Host: ${host}`]));
    expect(await asked(`127.0.0.1:${ui}`)).toBe(200);
    expect(await asked('evil.example')).toBe(403);
  });

  it('keeps the mails that it has no server for in its outbox', async () => {
    const input = { to: ['ada@example.com'], subject: 'Kept', text: 'Good morning.' };
    const { task } = await post(`${holdfast.url}/v1/tasks`, JSON.stringify({ type: 'email.send', input }));
    expect(task.state).toBe('completed');
    const [, name = ''] = /kept as (\S+)$/.exec((task.result as { response: string }).response) ?? [];
    expect(mailsOf(holdfast)[name]).toContain('\nSubject: Kept\r\n');
    expect(holdfast.output).toMatch(
      /^HOLDFAST_SMTP_URL is not set: mails are kept in \S+\/outbox, and nobody gets any\.$/m,
    );
  });

  it('runs the facility pack on a database of its own: its types, its schedules, and a run that completes', async () => {
    const asked = await create();
    asked.run('start', {}, ['--app', 'examples/facility']);
    await asked.untilSays(READY);
    const types = await typesOf(asked);
    expect(types).toEqual(expect.arrayContaining(facilityContracts.map(({ type }) => type)));
    expect(types).not.toContain('image.convert');
    const ids = facilitySchedules.map(({ id }) => id).sort();
    const schedules = await until('all schedules are there', async () => {
      const page = await read<{ schedules: { id: string }[] }>(`${asked.url}/v1/schedules`);
      return page.schedules.length >= ids.length ? page.schedules : undefined;
    });
    expect(schedules.map(({ id }) => id).sort()).toEqual(ids);

    const trigger = `${asked.url}/v1/schedules/facility-jobs-autoclose/trigger`;
    const { taskId } = await read<{ taskId: string }>(trigger, { method: 'POST' });
    const run = await until('the run completes', async () => {
      const view = await read<Task>(`${asked.url}/v1/tasks/${encodeURIComponent(taskId)}`);
      return isOpen(view.state) ? undefined : view;
    });
    expect(run.state).toBe('completed');
    expect(run.result).toMatchObject({ story: expect.any(String), id: expect.any(Array) });
    // By this run, or by one that the clock has started just before.
    await until('who is in charge has mail', () =>
      Object.values(mailsOf(asked)).some((mail) => mail.includes('\nSubject: AUTOCLOSE')),
    );
    expect(existsSync(path.join(asked.home, 'facility', 'PG_VERSION'))).toBe(true);
    // A command line that is typed beside it is about the same app.
    const env = { PATH: process.env.PATH, HOLDFAST_HOME: asked.home };
    const program = path.resolve(__dirname, '..', '..', 'bin', 'holdfast.js');
    const listed = execFileSync(process.execPath, [program, 'types', '--json'], {
      env,
      cwd: asked.home,
      encoding: 'utf8',
    });
    expect(listed).toContain('"jobs.autoclose"');
  });

  it('knows no task type and no schedule of an example that nobody has asked for', async () => {
    expect((await typesOf(holdfast)).filter((type) => facilityContracts.some((one) => one.type === type))).toEqual([]);
    expect(await read(`${holdfast.url}/v1/schedules`)).toMatchObject({ schedules: [] });
    expect(holdfast.output).not.toContain('facility');
  });

  it('prints a curl that works', async () => {
    const { status, task } = await submit(holdfast);
    expect([status, task.state]).toEqual([200, 'completed']);
  });

  it('starts a killed Temporal server and a killed application again within two seconds, and tasks go on', async () => {
    expect(await killAndTime(holdfast, 'temporal')).toBeLessThan(2000);
    await holdfast.untilSays('The Temporal server is back.');
    expect(await killAndTime(holdfast, 'app')).toBeLessThan(2000);
    await holdfast.untilSays('The application (API, worker and monitor) is back.');
    expect(holdfast.output).toContain('The Temporal server ended with signal SIGKILL');
    await until('a task completes', async () => (await submit(holdfast)).task.state === 'completed');
  });

  it('leaves no process behind after Ctrl-C, and knows its tasks at the next start', async () => {
    const { task } = await submit(holdfast, 'before');
    const family = holdfast.family();
    expect(family.length).toBeGreaterThanOrEqual(3);
    await holdfast.controlC();
    expect(holdfast.output.trimEnd().split('\n').at(-1)).toMatch(/^Ending: /);
    await until('all processes are gone', () => !family.some(({ pid }) => isAlive(pid)));

    holdfast.run();
    await holdfast.untilSays(READY);
    expect((await submit(holdfast, 'before')).task.id).toBe(task.id);
  });

  it('starts again after kill -9 of the supervisor, whose children end with it', async () => {
    const family = holdfast.family();
    process.kill(holdfast.pidOf('supervisor') ?? 0, 'SIGKILL');
    await holdfast.ended();
    holdfast.run();
    await holdfast.untilSays(READY);
    await until('the killed run has left nothing', () => !family.some(({ pid }) => isAlive(pid)));
  });

  it('refuses to run twice in one home, naming the process that runs', async () => {
    const second = await create({ HOLDFAST_HOME: holdfast.home });
    second.run();
    expect(await second.ended()).toBe(1);
    expect(second.output).toBe(
      `Holdfast is already running in ${holdfast.home} (process ${holdfast.pidOf('supervisor')}): end it, or set HOLDFAST_HOME.\n`,
    );
  });
});

it('refuses ports that are in use in one line, before it starts anything', async () => {
  const holdfast = await create();
  const port = Number(holdfast.env.HOLDFAST_PORT);
  const other = createServer().listen(port, '127.0.0.1');
  try {
    holdfast.run();
    expect(await holdfast.ended()).toBe(1);
    expect(holdfast.output).toBe(
      `Cannot start: port ${port} (the API, HOLDFAST_PORT) is in use. End what listens there, or set another port.\n`,
    );
    expect(existsSync(path.join(holdfast.home, 'temporal.db'))).toBe(false);
  } finally {
    other.close();
  }
});

it.each([
  [{ HOLDFAST_PRT: '3000' }, 'HOLDFAST_PRT is not a setting. Did you mean HOLDFAST_PORT?\n'],
  [{ HOLDFAST_PORT: 'abc' }, /^Wrong setting: HOLDFAST_PORT: .*\n$/],
  [{ TEMPORAL_CLI_PATH: '/nowhere/temporal' }, /^TEMPORAL_CLI_PATH is \/nowhere\/temporal, .*\n$/],
])('refuses %j in one line', async (env, line) => {
  const holdfast = await create({ HOLDFAST_COMMANDS: '{}', ...env });
  holdfast.run();
  expect(await holdfast.ended()).toBe(1);
  expect(holdfast.output).toEqual(typeof line === 'string' ? line : expect.stringMatching(line));
});

describe('with TEMPORAL_ADDRESS', () => {
  it('embeds nothing: it runs the application alone, on that server, without the facility pack', async () => {
    const server = await TemporalServer.start();
    try {
      const holdfast = await create({ TEMPORAL_ADDRESS: server.address });
      holdfast.run();
      await holdfast.untilSays(READY);
      expect(holdfast.pidOf('app')).toBeDefined();
      expect(holdfast.pidOf('temporal')).toBeUndefined();
      expect(holdfast.output).not.toContain('Web UI');
      // Nor does a server that others use get an example's schedules unasked.
      expect(await typesOf(holdfast)).not.toContain('jobs.autoclose');
    } finally {
      await server.stop();
    }
  });

  it('ends with one line when nothing answers there', async () => {
    const address = `127.0.0.1:${await freePort()}`;
    const holdfast = await create({
      TEMPORAL_ADDRESS: address,
      HOLDFAST_COMMANDS: '{}',
      HOLDFAST_SMTP_URL: 'smtp://127.0.0.1:1',
    });
    holdfast.run();
    expect(await holdfast.ended()).toBe(1);
    expect(holdfast.output).toMatch(
      /^The .* starts…\nThe application \(API, worker and monitor\) ended with code 1: .*\n$/,
    );
    expect(holdfast.output).toContain(`Temporal does not answer at ${address}`);
  });
});

/** Submits a task the way the printed curl does, and returns what the API answers. */
async function submit(holdfast: Holdfast, key?: string): Promise<{ status: number; task: Task }> {
  const [, url = '', body = ''] = /curl -s (\S+) .* -d '(.*)'/.exec(holdfast.output) ?? [];
  return post(url, body, key);
}

/** The mails in its outbox, by file. */
function mailsOf(holdfast: Holdfast): Record<string, string> {
  const outbox = path.join(holdfast.home, 'outbox');
  const names = readdirSync(outbox).filter((name) => name.endsWith('.eml'));
  return Object.fromEntries(names.map((name) => [name, readFileSync(path.join(outbox, name), 'utf8')]));
}

async function typesOf(holdfast: Holdfast): Promise<string[]> {
  const { taskTypes } = await read<{ taskTypes: { type: string }[] }>(`${holdfast.url}/v1/task-types`);
  return taskTypes.map(({ type }) => type);
}

async function read<T>(url: string, init?: RequestInit): Promise<T> {
  return (await (await fetch(url, init)).json()) as T;
}

async function post(url: string, body: string, key?: string): Promise<{ status: number; task: Task }> {
  const headers = { 'Content-Type': 'application/json', Prefer: 'wait=30', ...(key && { 'Idempotency-Key': key }) };
  const response = await fetch(url, { method: 'POST', headers, body });
  return { status: response.status, task: (await response.json()) as Task };
}

/** Kills a part and returns the milliseconds until another process has taken its place. */
async function killAndTime(holdfast: Holdfast, part: 'temporal' | 'app'): Promise<number> {
  const victim = holdfast.pidOf(part);
  const began = Date.now();
  process.kill(victim ?? 0, 'SIGKILL');
  await until(`another ${part} process runs`, () => ![victim, undefined].includes(holdfast.pidOf(part)));
  return Date.now() - began;
}

/** The status of what answers text that is sent as it is. */
function rawStatus(url: string, text: string): Promise<number> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.write(text));
    let all = '';
    socket.on('data', (piece) => {
      all += piece.toString();
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(Number(/^HTTP\/1\.1 (\d+)/.exec(all)?.[1])));
  });
}
