import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { App } from '../../src/app/app';
import { takeAppOption } from '../../src/app/app-option';
import { defineApp } from '../../src/app/define-app';
import { defineTask } from '../../src/app/define-task';
import { loadDefinition } from '../../src/app/load-app';
import { readConfig } from '../../src/config';
import { seconds } from '../../src/http-client/duration';
import { Permanent, Transient } from '../../src/index';
import { resolvePolicy } from '../../src/tasks/policy';
import { queuesOf } from '../../src/tasks/queues';
import { runHandler } from '../../src/testing/run-handler';

const schema = z.object({ name: z.string() });
const count = defineTask({
  type: 'letters.count',
  category: 'high',
  input: schema,
  output: z.object({ letters: z.int() }),
  retry: { attempts: 7, firstDelay: '1s', longestDelay: '2m' },
  window: '1d',
  timeout: '90s',
  redrives: { transient: ['5m', '1h'] },
  run: async ({ name }) => ({ letters: name.length }),
});
const special = defineTask({
  type: 'letters.print',
  queue: 'printers',
  input: schema,
  output: z.object({}),
  redrives: false,
  run: async () => ({}),
});

describe('defineTask', () => {
  it('makes a policy of words', () => {
    expect(resolvePolicy(count.contract, {})).toMatchObject({
      attempts: 7,
      firstDelay: 1,
      cap: 120,
      window: 86_400,
      timeout: 90,
      redrives: { transient: [300, 3600] },
    });
    expect(resolvePolicy(special.contract, {}).redrives).toEqual({
      transient: [],
      external: [],
      configuration: [],
      permanent: [],
      unknown: [],
    });
  });

  it.each(['soon', '', '-5s', Number.NaN, -1])('refuses %p as a time, and names it', (time) => {
    expect(() => seconds(time as never, 'timeout of a.b')).toThrow(/^timeout of a\.b is /);
  });

  it('refuses a type that is no dotted name', () => {
    expect(() => defineTask({ type: 'count', input: schema, output: schema, run: async (given) => given })).toThrow(
      'dotted',
    );
  });
});

describe('an app', () => {
  const app = (tasks: Parameters<typeof defineApp>[0]['tasks'] = [count, special], name = 'letters') =>
    new App(defineApp({ name, tasks }), readConfig({}));

  it('has queues of its own, which carry its name', () => {
    const { contracts, categories } = app();
    expect(queuesOf(contracts, categories).every((queue) => queue.startsWith('letters.'))).toBe(true);
    expect(resolvePolicy(contracts[0] as never, categories).queue).toBe('letters.default');
    expect(resolvePolicy(contracts[1] as never, categories).queue).toBe('letters.printers');
  });

  it('lets settings outrank it', () => {
    const env = { HOLDFAST_CATEGORIES: JSON.stringify({ high: { queue: 'fast', attempts: 2 } }) };
    const { contracts, categories } = new App(defineApp({ name: 'letters', tasks: [count] }), readConfig(env));
    expect(resolvePolicy(contracts[0] as never, categories)).toMatchObject({ queue: 'fast', attempts: 7 });
  });

  it.each(['', 'Letters', 'holdfast', 'a.b', 'x'.repeat(40)])('refuses the name %j', (name) => {
    expect(() => app([], name)).toThrow("The app's name is");
  });

  it('refuses a task type that is there twice', () => {
    expect(() => app([count, count])).toThrow('letters.count is in the app letters twice');
  });

  it('runs the handlers of its tasks', async () => {
    const { handlers, close } = await app().open();
    expect(Object.keys(handlers)).toEqual(['letters.count', 'letters.print']);
    expect(await handlers['letters.count']?.({ name: 'Ada' }, {} as never)).toEqual({ letters: 3 });
    await close();
  });
});

describe('the module of an app', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'holdfast-app-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const load = (text: string) => {
    const file = path.join(folder, 'tasks.cjs');
    writeFileSync(file, text);
    return loadDefinition(readConfig({ HOLDFAST_APP: file }));
  };

  it('is loaded from where the setting says', async () => {
    expect(await load("exports.default = { name: 'mine', packs: [] };")).toMatchObject({ name: 'mine' });
  });

  it.each([
    ['exports.default = 7;', 'has no app as its default export'],
    ['syntax error here', 'cannot be loaded'],
    ["require('no-such-package-anywhere')", 'no-such-package-anywhere'],
  ])('%j is refused, and the reason is told', async (text, reason) => {
    await expect(load(text)).rejects.toMatchObject({ name: 'StartError', message: expect.stringContaining(reason) });
  });

  it('is found by its folder, and a folder without one is refused', async () => {
    const ofFolder = () => loadDefinition(readConfig({ HOLDFAST_APP: folder }));
    await expect(ofFolder()).rejects.toThrow(
      `The folder ${folder}, which HOLDFAST_APP names, has no holdfast.config.ts`,
    );
    writeFileSync(path.join(folder, 'holdfast.config.cjs'), "exports.default = { name: 'housed', packs: [] };");
    expect(await ofFolder()).toMatchObject({ name: 'housed' });
  });

  it.each([
    [['--app', 'a/b'], [], 'a/b'],
    [['--watch', '--app=a/b', '--queues', 'x'], ['--watch', '--queues', 'x'], 'a/b'],
    [['--queues', 'x'], ['--queues', 'x'], 'of the setting'],
  ])('is named by %j, too', (given, left, app) => {
    const env = { HOLDFAST_APP: 'of the setting' };
    takeAppOption(given, env);
    expect([given, env.HOLDFAST_APP]).toEqual([left, app]);
  });

  it.each([[['--app']], [['--app=']], [['--app', '--watch']]])('is not named by %j, and that is said', (given) => {
    expect(() => takeAppOption(given, {})).toThrow('--app needs the path');
  });

  it('that is not there is named', async () => {
    const config = readConfig({ HOLDFAST_APP: path.join(folder, 'missing.ts') });
    await expect(loadDefinition(config)).rejects.toThrow('There is no file');
  });

  it('is the shipped one without a setting and without a file', async () => {
    expect((await loadDefinition(readConfig({}))).name).toBe('holdfast');
  });
});

describe('runHandler', () => {
  it('checks the input and the output by the contract', async () => {
    expect((await runHandler(count, { name: 'Ada' })).output).toEqual({ letters: 3 });
    await expect(runHandler(count, { name: 1 } as never)).rejects.toMatchObject({ name: 'ZodError' });
    const wrong = { ...count, handler: async () => ({ letters: 'three' }) as never };
    await expect(runHandler(wrong, { name: 'Ada' })).rejects.toMatchObject({ name: 'ZodError' });
  });
});

describe('failures', () => {
  it('say by their class how they are retried', () => {
    expect(new Transient('busy', { retryAfter: 9 })).toMatchObject({ code: 'TRANSIENT_RATE_LIMIT', retryAfter: 9 });
    expect(new Permanent('no', { code: 'PERMANENT_NOT_FOUND' })).toMatchObject({ code: 'PERMANENT_NOT_FOUND' });
  });
});
