import { readFileSync } from 'node:fs';
import path from 'node:path';
import { databaseLocation } from '../../examples/facility/src/settings';
import { App } from '../../src/app/app';
import { stockApp } from '../../src/app/stock';
import { createContracts } from '../../src/catalogue';
import { readConfig } from '../../src/config';
import { settingDescriptions } from '../../src/settings';

describe('the settings', () => {
  it('have defaults that need no setting at all', () => {
    expect(readConfig({})).toMatchObject({ HOLDFAST_HOST: '127.0.0.1', HOLDFAST_PORT: 3000, externalTemporal: false });
  });

  it('come from the environment, an empty one counting as none', () => {
    const config = readConfig({
      HOLDFAST_PORT: '8080',
      HOLDFAST_TEMPORAL_PORT: '',
      HOLDFAST_QUEUES: 'a, b',
      TEMPORAL_ADDRESS: 'x:1',
    });
    expect(config).toMatchObject({
      HOLDFAST_PORT: 8080,
      HOLDFAST_TEMPORAL_PORT: 7233,
      HOLDFAST_QUEUES: ['a', 'b'],
      externalTemporal: true,
    });
  });

  it('take JSON, or the path of a file with it', () => {
    const text = '{"email": {"window": 60}}';
    expect(readConfig({ HOLDFAST_CATEGORIES: text }).HOLDFAST_CATEGORIES).toEqual({ email: { window: 60 } });
    const file = path.join(__dirname, '..', 'fixtures', 'categories.json');
    expect(readConfig({ HOLDFAST_CATEGORIES: file }).HOLDFAST_CATEGORIES).toEqual(
      JSON.parse(readFileSync(file, 'utf8')),
    );
  });

  it.each([
    [{ HOLDFAST_PROT: '1' }, 'HOLDFAST_PROT is not a setting. Did you mean HOLDFAST_PORT?'],
    [{ HOLDFAST_PORT: 'abc' }, 'HOLDFAST_PORT'],
    [{ HOLDFAST_PORT: '70000' }, 'HOLDFAST_PORT'],
    [{ HOLDFAST_LOG_LEVEL: 'loud' }, 'HOLDFAST_LOG_LEVEL'],
    [{ HOLDFAST_TLS_CERT: '/no/such/file' }, 'HOLDFAST_TLS_CERT: cannot be read'],
    [{ HOLDFAST_CATEGORIES: '{nonsense' }, 'HOLDFAST_CATEGORIES'],
    [{ HOLDFAST_CATEGORIES: '{"email": {"window": "long"}}' }, 'HOLDFAST_CATEGORIES (email.window)'],
    [{ HOLDFAST_CATEGORIES: '/no/such/file.json' }, 'neither JSON nor the path of a JSON file'],
    [{ HOLDFAST_COMMANDS: '{"date": {"program": "date"}}' }, 'HOLDFAST_COMMANDS (date.program)'],
    [{ HOLDFAST_CACHED_TASKS: '5' }, 'HOLDFAST_CACHED_TASKS'],
    [{ HOLDFAST_WEBHOOK_ALLOW: 'hooks.internal,10.0.0.0/33' }, 'HOLDFAST_WEBHOOK_ALLOW (1): is not a list of hosts'],
    [{ HOLDFAST_WEBHOOK_SECRET: 'short' }, 'HOLDFAST_WEBHOOK_SECRET: is shorter than 32'],
    [{ HOLDFAST_HOOK_SOURCES: '{"shop": {"secrets": ["abc"]}}' }, 'HOLDFAST_HOOK_SOURCES (shop.secrets.0)'],
    [
      { HOLDFAST_KEEP_COMPLETED_DAYS: '31' },
      'HOLDFAST_KEEP_COMPLETED_DAYS is 31, but Temporal keeps ended tasks for 30',
    ],
    [{ HOLDFAST_KEEP_FAILED_DAYS: '0' }, 'HOLDFAST_KEEP_FAILED_DAYS'],
    [{ HOLDFAST_ARTIFACT_DAYS: '30' }, 'HOLDFAST_ARTIFACT_DAYS is 30'],
  ])('refuse %j, naming it', (env, message) => {
    expect(() => readConfig(env)).toThrow(message);
  });

  it('say where the facility pack has its data, and a wrong address is refused without its password', () => {
    expect(() => readConfig({ HOLDFAST_FACILITY_DATABASE: 'off' })).toThrow(
      'HOLDFAST_FACILITY_DATABASE is not a setting',
    );
    const facility = (database?: string) => databaseLocation('/srv', database);
    for (const database of [undefined, '', 'embedded']) {
      expect(facility(database)).toEqual({ kind: 'embedded', folder: '/srv/facility' });
    }
    for (const url of ['postgres://me:hush-hush@db:5432/work', 'postgresql:///work?host=/run/postgresql']) {
      expect(facility(url)).toEqual({ kind: 'postgres', url });
    }
    for (const wrong of ['on', 'mysql://me:hush-hush@db/work', 'postgres://me:hush-hush@db:port/work']) {
      let message = '';
      try {
        facility(wrong);
      } catch (error) {
        ({ message } = error as Error);
      }
      expect(message).toMatch(/^Wrong setting: FACILITY_DATABASE: is neither "embedded" nor/);
      expect(message).not.toContain('hush');
    }
  });

  it('keep ended tasks and files for as long as fits the retention', () => {
    expect(readConfig({}).keep).toEqual({ completed: 7, failed: 30, artifacts: 37 });
    expect(readConfig({ HOLDFAST_RETENTION_DAYS: '5' }).keep).toEqual({ completed: 5, failed: 5, artifacts: 12 });
    const own = { HOLDFAST_KEEP_COMPLETED_DAYS: '0.5', HOLDFAST_KEEP_FAILED_DAYS: '2', HOLDFAST_ARTIFACT_DAYS: '400' };
    expect(readConfig({ ...own, HOLDFAST_RETENTION_DAYS: '90' }).keep).toEqual({
      completed: 0.5,
      failed: 2,
      artifacts: 400,
    });
  });

  it('are listed in docs/reference/settings.md as the code describes them', () => {
    const page = readFileSync(path.join(__dirname, '..', '..', 'docs', 'reference', 'settings.md'), 'utf8');
    const rows = page.split('\n').filter((line) => /^\| `(HOLDFAST|TASK|OTEL)_/.test(line));
    expect(rows).toEqual(settingDescriptions().map(([name, words]) => `| \`${name}\` | ${words} |`));
  });
});

it('the app that runs when none is named has every task type that ships', () => {
  const config = readConfig({});
  const { contracts, schedules } = new App(stockApp, config);
  const types = contracts.map(({ type }) => type);
  expect(types).toEqual(expect.arrayContaining(createContracts().map(({ type }) => type)));
  expect(new Set(types).size).toBe(types.length);
  // An example is not of the product.
  expect([types.filter((type) => type.startsWith('jobs.')), schedules]).toEqual([[], []]);
});
