import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { allowedCommandsSchema } from '../../src/catalogue/command-run/allowed-command';
import { createCommandRunContract } from '../../src/catalogue/command-run/contract';
import { createCommandRun } from '../../src/catalogue/command-run/handler';
import { ConfiguredSecrets } from '../../src/catalogue/shared/secrets';
import type { TaskFailure } from '../../src/tasks/failures';
import { secretSourcesSchema } from '../../src/tasks/secret-ref';
import { createHandlerContext } from '../support/handler-context';
import { FAMILY, FAMILY_SIZE, folder, pidsIn, script, start } from '../support/inputs/commands';
import { isAlive } from '../support/processes/family';
import { until } from '../support/until';

const MIB = 1024 * 1024;

describe('what a program gets', () => {
  test('standard input goes in; output, exit code and time come out', async () => {
    const { result, context } = start({ program: script('tr a-z A-Z; echo aside >&2') }, { stdin: 'hold fast\n' });
    const output = await result;
    expect(output).toMatchObject({
      exitCode: 0,
      stdout: { tail: 'HOLD FAST\n', bytes: 10, truncated: false },
      stderr: { tail: 'aside\n', bytes: 6, truncated: false },
    });
    expect(output.durationMs).toBeGreaterThan(0);
    expect((await context.artifacts.read(output.artifacts.stdout.hash)).toString()).toBe('HOLD FAST\n');
    expect((await context.artifacts.read(output.artifacts.stderr.hash)).toString()).toBe('aside\n');
  });

  test('standard input may be an artifact', async () => {
    const bytes = Buffer.alloc(3 * MIB, 'x');
    const test = createHandlerContext();
    const { hash } = await test.context.artifacts.put(bytes);
    const commands = allowedCommandsSchema.parse({ count: { program: script('wc -c') } });
    const output = await createCommandRun({ commands })(
      { command: 'count', args: [], stdin: { artifact: hash } },
      test.context,
    );
    expect(output.stdout.tail.trim()).toBe(String(bytes.length));
  });

  test('an artifact that is not there is said to be missing', async () => {
    const stdin = { artifact: `sha256:${'0'.repeat(64)}` };
    await expect(start({ program: script('cat') }, { stdin }).result).rejects.toMatchObject({ code: 'not-found' });
  });

  test('a program that does not read its large input succeeds', async () => {
    const { result } = start({ program: script('exit 0') }, { stdin: 'x'.repeat(4 * MIB) });
    expect((await result).exitCode).toBe(0);
  });

  test('arguments arrive literally, whatever they hold', async () => {
    const args = [
      '$(id)',
      '`id`',
      '; rm -rf x',
      '*',
      'it\'s "quoted"',
      '',
      'a\nb',
      '--',
      '-n',
      '$HOME',
      '\\',
      'é',
      '&&',
    ];
    const { result } = start(
      { program: script('console.log(JSON.stringify(process.argv.slice(2)))', 'node') },
      { args },
    );
    expect(JSON.parse((await result).stdout.tail)).toEqual(args);
  });

  test("the environment holds the task's names and nothing of the worker's", async () => {
    process.env.CANARY = 'sings';
    const { result, context } = start({ program: script('console.log(JSON.stringify(process.env))', 'node') });
    delete process.env.CANARY;
    // The launching shell adds some of these; PWD is the working folder.
    const { PWD, SHLVL, _, OLDPWD, ...env } = JSON.parse((await result).stdout.tail) as Record<string, string>;
    expect(env).toEqual({
      PATH: '/usr/local/bin:/usr/bin:/bin',
      LANG: 'C.UTF-8',
      HOME: PWD,
      TMPDIR: PWD,
      TASK_ID: context.taskId,
      EFFECT_KEY: context.effectKey(),
    });
  });

  test('each attempt has an empty folder of its own, which is gone afterwards', async () => {
    const program = script('pwd; ls -A | wc -l; touch left-behind; mkdir -p a/b');
    const seen = await Promise.all([start({ program }).result, start({ program }).result]);
    const [first, second] = seen.map(({ stdout }) => stdout.tail.trim().split(/\s+/));
    expect([first?.[1], second?.[1]]).toEqual(['0', '0']);
    expect(first?.[0]).not.toBe(second?.[0]);
    expect([first, second].some((lines) => existsSync(lines?.[0] ?? ''))).toBe(false);
  });

  test('a script may open its streams by name', async () => {
    const program = script('cat /dev/stdin > /dev/stdout; echo oops > /dev/stderr');
    expect(await start({ program }, { stdin: 'in' }).result).toMatchObject({
      stdout: { tail: 'in' },
      stderr: { tail: 'oops\n' },
    });
  });
});

describe('what it reports while it runs', () => {
  test('lines appear in the log before the program ends', async () => {
    const go = `${folder}/go`;
    const { result, logs } = start({
      program: script(`echo first; echo odd >&2; while [ ! -e ${go} ]; do sleep 0.05; done; printf last`),
    });
    await until('both lines are logged', () => logs.filter(({ fields }) => fields.stream).length === 2);
    expect(logs).toContainEqual({ level: 'info', message: 'first', fields: { stream: 'stdout' } });
    expect(logs).toContainEqual({ level: 'warn', message: 'odd', fields: { stream: 'stderr' } });
    await start({ program: script(`touch ${go}`) }).result;
    await result;
    expect(logs.at(-1)).toEqual({ level: 'info', message: 'last', fields: { stream: 'stdout' } });
  });

  test('lines of the agreed form report progress', async () => {
    const { result, progress } = start({
      program: script('echo HOLDFAST_PROGRESS 42 half way; echo HOLDFAST_PROGRESS 100'),
    });
    await result;
    expect(progress).toEqual([{ percent: 42, stage: 'half way' }, { percent: 100 }]);
  });

  test('the log stays small, however much a program writes, and says what it leaves out', async () => {
    const { result, logs } = start({
      program: script("process.stdout.write('y'.repeat(5000) + '\\n' + 'line\\n'.repeat(20000))", 'node'),
    });
    expect((await result).stdout.bytes).toBe(5001 + 100_000);
    const lines = logs.filter(({ fields }) => fields.stream === 'stdout').map(({ message }) => message);
    expect(lines[0]).toBe(`${'y'.repeat(2000)} [3000 more characters]`);
    const leftOut = lines.flatMap((line) => /^(\d+) lines left out/.exec(line)?.[1] ?? []).map(Number);
    expect(leftOut.reduce((sum, one) => sum + one, 0) + lines.length - leftOut.length).toBe(20_001);
    expect(lines.length).toBeLessThan(2000);
  });
});

describe('its output', () => {
  test('is kept up to the cap, its tail in the result', async () => {
    const { result, context } = start({
      program: script("process.stdout.write('b'.repeat(300000) + 'é'.repeat(5000))", 'node'),
      outputBytes: 100_000,
    });
    const { stdout, artifacts } = await result;
    // 8192 bytes are 4096 times é; the cut falls between two.
    expect(stdout).toEqual({ tail: 'é'.repeat(4096), bytes: 310_000, truncated: true });
    expect((await context.artifacts.read(artifacts.stdout.hash)).equals(Buffer.alloc(100_000, 'b'))).toBe(true);
  });

  test('may be binary', async () => {
    const program = script('process.stdout.write(Buffer.from(Array.from({ length: 512 }, (_, i) => i % 256)))', 'node');
    const { result, context, logs } = start({ program });
    const { artifacts, stdout } = await result;
    const bytes = await context.artifacts.read(artifacts.stdout.hash);
    expect(bytes.equals(Buffer.from(Array.from({ length: 512 }, (_, i) => i % 256)))).toBe(true);
    expect(stdout).toMatchObject({ bytes: 512, truncated: false });
    expect(artifacts.stdout.mediaType).toBe('application/octet-stream');
    expect(artifacts.stderr.mediaType).toBe('text/plain; charset=utf-8');
    expect(logs.filter(({ fields }) => fields.stream).map(({ message }) => message)).toEqual([
      'Binary output: not logged.',
    ]);
  });

  test('that cannot be stored fails the attempt and ends the program', async () => {
    const pids = `${folder}/unstored`;
    const commands = allowedCommandsSchema.parse({ it: { program: script(`echo $$ > ${pids}; exec yes`) } });
    const { context } = createHandlerContext();
    const artifacts = Object.assign(Object.create(context.artifacts), {
      put: () => Promise.reject(new Error('the store is down')),
    });
    const asked = createCommandRunContract(commands).input.parse({ command: 'it' });
    await expect(createCommandRun({ commands })(asked, { ...context, artifacts })).rejects.toThrow('the store is down');
    expect(pidsIn(pids).some(isAlive)).toBe(false);
  });
});

describe('a bad end', () => {
  test('a failing exit code fails the task for good, with its last words and its full output', async () => {
    const { result, context } = start({ program: script('echo report; echo "no such customer" >&2; exit 3') });
    const failure = (await result.catch((error) => error)) as Error;
    expect(failure).toMatchObject({ name: 'TaskFailure', code: 'PERMANENT_LOGIC' });
    expect(failure.message).toContain('"it" exited with code 3. The end of its output: no such customer');
    const [, hash = ''] = /stdout (sha256:[0-9a-f]{64})/.exec(failure.message) ?? [];
    expect((await context.artifacts.read(hash)).toString()).toBe('report\n');
  });

  test('the same of an idempotent command may be tried again', async () => {
    const { result } = start({ program: script('exit 3'), idempotent: true });
    await expect(result).rejects.toMatchObject({ code: 'UNKNOWN' });
  });

  test('an exit code that the allow-list calls success is one', async () => {
    expect((await start({ program: script('exit 1'), exitCodes: [0, 1] }).result).exitCode).toBe(1);
  });

  test('a program that is not on this worker is a matter of configuration', async () => {
    await expect(start({ program: `${folder}/nowhere` }).result).rejects.toMatchObject({
      code: 'CONFIG_MISSING_SERVICE',
      message: expect.stringContaining(`${folder}/nowhere`),
    });
    await expect(start({ program: folder }).result).rejects.toMatchObject({ code: 'CONFIG_MISSING_SERVICE' });
  });

  test('limits that this host does not grant are a matter of configuration, and nothing is run', async () => {
    const file = `${folder}/was-run`;
    const { result } = start({ program: script(`touch ${file}`), openFiles: 2 ** 31 - 1 });
    await expect(result).rejects.toMatchObject({
      code: 'CONFIG_INVALID_SETTING',
      message: expect.stringContaining('limits could not be set'),
    });
    expect(existsSync(file)).toBe(false);
  });
});

describe('limits', () => {
  test('CPU time', async () => {
    const { result } = start({ program: script('while :; do :; done'), cpuSeconds: 1 });
    await expect(result).rejects.toMatchObject({ message: expect.stringContaining('more than 1 seconds of CPU time') });
  });

  test('file size', async () => {
    const { result } = start({ program: script('exec head -c 100000 /dev/zero > big'), fileBytes: 51_200 });
    await expect(result).rejects.toMatchObject({ message: expect.stringContaining('file of more than 51200 bytes') });
  });

  test('memory', async () => {
    // Only Linux counts mapped memory; the page on command.run says so.
    if (process.platform !== 'linux') return;
    const program = script('console.log(Buffer.alloc(Number(process.argv[2]) * 1048576, 1).length)', 'node');
    // Newer releases of Node map more than half of that before they begin.
    const memoryBytes = 1024 * MIB;
    expect((await start({ program, memoryBytes }, { args: ['64'] }).result).exitCode).toBe(0);
    await expect(start({ program, memoryBytes }, { args: ['1100'] }).result).rejects.toThrow(/allocat/);
  });

  test('open files', async () => {
    const program = script('for (let i = 0; ; i++) require("node:fs").openSync("/dev/null")', 'node');
    await expect(start({ program, openFiles: 64 }).result).rejects.toThrow('EMFILE');
  });

  test('time: the whole family is killed', async () => {
    const pids = `${folder}/over-time`;
    const { result } = start({ program: script(FAMILY) }, { args: [pids], timeout: 1 });
    await expect(result).rejects.toMatchObject({
      code: 'EXTERNAL_TIMEOUT',
      message: expect.stringContaining('longer than its limit of 1 seconds'),
    });
    expect(pidsIn(pids)).toHaveLength(FAMILY_SIZE);
    expect(pidsIn(pids).some(isAlive)).toBe(false);
  });
});

describe('its circuit breaker', () => {
  /** What the breaker of the program hears of a run. */
  async function heard(
    entry: { program: string; timeout?: number; exitCodes?: number[] },
    input: { timeout?: number },
  ) {
    const calls: string[] = [];
    async function guard<T>(dependency: string, call: () => Promise<T>): Promise<T> {
      try {
        const value = await call();
        calls.push(`${dependency} fine`);
        return value;
      } catch (error) {
        calls.push(`${dependency} ${(error as TaskFailure).code}`);
        throw error;
      }
    }
    await start(entry, input, { guard }).result.catch(() => undefined);
    return calls;
  }

  it('hears of runs over the limit of the program, and of nothing else that is bad', async () => {
    const slow = script('sleep 30');
    expect(await heard({ program: slow, timeout: 0.3 }, {})).toEqual(['program:it EXTERNAL_TIMEOUT']);
    expect(await heard({ program: slow, timeout: 30 }, { timeout: 0.3 })).toEqual(['program:it fine']);
    expect(await heard({ program: script('exit 3') }, {})).toEqual(['program:it fine']);
  });
});

describe('secrets by reference', () => {
  const sources = secretSourcesSchema.parse({
    token: { env: 'TOKEN', commands: ['it'] },
    pem: { env: 'PEM', commands: ['it'] },
    own: { env: 'TOKEN', commands: ['it'], tenants: ['acme'] },
    elsewhere: { env: 'TOKEN', origins: ['https://example.com'], commands: ['other'] },
  });
  const secrets = new ConfiguredSecrets(sources, { TOKEN: 'tok-en+1', PEM: 'two\nlines é' });
  const env = { API_TOKEN: '', REGION: 'eu|us' };

  function run(body: string, input: object, tenant?: string) {
    const commands = allowedCommandsSchema.parse({ it: { program: script(body, 'node'), env } });
    const test = createHandlerContext({ type: 'command.run', ...(tenant !== undefined && { tenant }) });
    const asked = createCommandRunContract(commands).input.parse({ command: 'it', ...input });
    return { ...test, result: createCommandRun({ commands, secrets })(asked, test.context) };
  }

  test('reach the program, and nothing of what it repeats is kept, however it is cut', async () => {
    const body = `
      const given = process.env.API_TOKEN + '|' + process.env.REGION + '|' + require('fs').readFileSync(0, 'utf8');
      const hash = require('crypto').createHash('sha256').update(given).digest('hex');
      const bytes = Buffer.from('begin ' + given + ' end ' + hash + ' tok-e\\n');
      const put = (at) => at < bytes.length && process.stdout.write(bytes.subarray(at, at + 3), () => setImmediate(put, at + 3));
      put(0);
      console.error('told ' + process.env.API_TOKEN + ' ' + Buffer.from('user:' + process.env.API_TOKEN).toString('base64'));`;
    const input = { env: { API_TOKEN: { secretRef: 'token' }, REGION: 'eu' }, stdin: { secretRef: 'pem' } };
    const { result, context, logs } = run(body, input);
    const output = await result;
    const hash = createHash('sha256').update('tok-en+1|eu|two\nlines é').digest('hex');
    const hidden = `begin [REDACTED]|eu|[REDACTED] end ${hash} tok-e\n`;
    expect(output.stdout.tail).toBe(hidden);
    expect(String(await context.artifacts.read(output.artifacts.stdout.hash))).toBe(hidden);
    expect(output.stderr.tail).toMatch(/^told \[REDACTED\] dXNlcj?\[REDACTED\]=*\n$/);
    expect(logs.map(({ message }) => message)).toEqual(
      expect.arrayContaining([hidden.trim(), output.stderr.tail.trim()]),
    );
    expect(JSON.stringify([output, logs])).not.toMatch(/tok-en\+1|two|lines/);
  });

  test.each([
    [
      'unknown',
      'CONFIG_MISSING_SETTING',
      'There is no secret unknown on this worker: HOLDFAST_SECRETS does not name it.',
    ],
    ['elsewhere', 'PERMANENT_PERMISSION', 'The secret elsewhere may not go to the command it.'],
  ])('one that is %s starts nothing', async (secretRef, code, message) => {
    for (const input of [{ env: { API_TOKEN: { secretRef } } }, { stdin: { secretRef } }]) {
      const { result, logs } = run('', input);
      await expect(result).rejects.toMatchObject({ code, message });
      expect(logs).toEqual([]);
    }
  });

  test("one tenant's are not there for another's tasks", async () => {
    const ask = (tenant?: string) => run('', { env: { API_TOKEN: { secretRef: 'own' } } }, tenant).result;
    await expect(ask('acme')).resolves.toMatchObject({ exitCode: 0 });
    await expect(ask('globex')).rejects.toMatchObject({
      code: 'CONFIG_MISSING_SETTING',
      message: 'There is no secret own on this worker: HOLDFAST_SECRETS does not name it for globex.',
    });
    await expect(ask()).rejects.toMatchObject({ code: 'CONFIG_MISSING_SETTING' });
  });
});
