import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { appendFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { copyProject } from '../support/processes/project-copy';
import { PYTHON } from '../support/processes/python';

/** Real processes and servers: on a machine that does much else, each step takes a multiple of its time. */
jest.setTimeout(360_000);

interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

let folder: string;
let remove: () => Promise<void>;

beforeAll(async () => {
  ({ folder, remove } = await copyProject());
});
afterAll(() => remove());

/** With the Python environment of this checkout: making one takes a network. */
function node(args: string[], env: NodeJS.ProcessEnv = { HOLDFAST_PYTHON: PYTHON }): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(process.execPath, args, { cwd: folder, env: { ...process.env, ...env } }, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
    );
  });
}

const setUp = (env?: NodeJS.ProcessEnv) => node(['scripts/setup.js'], env);
const built = (file: string) => readFileSync(path.join(folder, 'dist', file), 'utf8');

it('builds once when two set-ups of a fresh checkout run side by side, and says what it does', async () => {
  const ended = await Promise.all([setUp(), setUp()]);
  expect(ended.map(({ code }) => code)).toEqual([0, 0]);
  const said = ended.map(({ stderr }) => stderr).join('');
  expect(said.match(/^Compiling: done in \d+ s\.$/gm)).toHaveLength(1);
  expect(said.match(/^Bundling the workflow code: done in \d+ s\.$/gm)).toHaveLength(1);
  expect(said).toContain('Waiting for another set-up of this folder to end…');
  expect(existsSync(path.join(folder, 'dist', 'workflow-bundle.js'))).toBe(true);
});

it('does nothing when nothing has changed', async () => {
  expect(await setUp()).toEqual({ code: 0, stdout: '', stderr: '' });
});

it('does not take a lock of a process that is gone for a running set-up', async () => {
  await rm(path.join(folder, 'dist'), { recursive: true });
  const gone = execFile(process.execPath, ['-e', '']);
  await new Promise((resolve) => gone.once('exit', resolve));
  await writeFile(path.join(folder, '.holdfast', 'setup.lock'), String(gone.pid));
  expect((await setUp()).code).toBe(0);
  expect(existsSync(path.join(folder, 'dist', 'workflow-bundle.js'))).toBe(true);
});

it('keeps the last good build when the source does not compile, says where, and builds again once it does', async () => {
  const errors = path.join(folder, 'src', 'errors.ts');
  const good = readFileSync(errors, 'utf8');
  const before = built('errors.js');
  await writeFile(errors, `${good}\nexport const broken: number = 'text';\n`);
  const failed = await setUp();
  expect(failed.code).toBe(1);
  expect(failed.stderr).toMatch(/errors\.ts\(\d+,\d+\): error TS2322/);
  expect(failed.stderr.trimEnd().split('\n').at(-1)).toMatch(/^Compiling failed: .*What it said is above\.$/);
  expect(built('errors.js')).toBe(before);
  expect(readdirSync(folder).filter((name) => name.startsWith('.dist-'))).toEqual([]);

  await writeFile(errors, good);
  await appendFile(errors, '\nexport const MENDED = true;\n');
  expect((await setUp()).code).toBe(0);
  expect(built('errors.js')).toContain('MENDED');
});

it('refuses a Node that is too old in one line, before anything else', async () => {
  const old = `Object.defineProperty(process.versions, 'node', { value: '20.18.3' }); require('./scripts/setup.js');`;
  expect(await node(['-e', old])).toEqual({
    code: 1,
    stdout: '',
    stderr: 'Holdfast needs Node 20.19 or newer; this is Node 20.18.3.\n',
  });
});

it('goes on without Python, says what is missing, and writes it down for the API', async () => {
  const empty = path.join(folder, 'nothing');
  expect(await setUp({ PATH: empty, HOLDFAST_PYTHON: '', HOLDFAST_HOME: empty })).toEqual({
    code: 0,
    stdout: '',
    stderr: 'citations.extract will not be offered. Python 3.10 or newer is needed, and python3 is not on PATH\n',
  });
  expect(readFileSync(path.join(empty, 'tools', 'citations.missing'), 'utf8')).toBe(
    'Python 3.10 or newer is needed, and python3 is not on PATH',
  );
});
