import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import facilityManifest from '../../examples/facility/package.json';
import { Holdfast } from '../support/processes/holdfast';
import { until } from '../support/until';
import { type Installation, installedSizes, installTarball, OPTIONAL, sizeOf } from './tarball';

const OWN_PACKAGES = ['@swc/core', '@swc/jest', '@types/node', 'jest', 'typescript', 'vite', 'vitest'];
const INVOICE = { number: 'AB-1', customer: 'Ada', lines: [{ what: 'Tea', cents: 350, count: 2 }] };

/** A caller that is CommonJS: the app's own files are ES modules. */
const CALLER = `import { HoldfastClient, named } from 'holdfast/client';
import { defineTask } from 'holdfast';
import type { Pack } from 'holdfast';
import { images } from 'holdfast/packs';
import { runHandler } from 'holdfast/testing';
import type { invoiceRender } from './invoice-render.ts' with { 'resolution-mode': 'import' };

const client = new HoldfastClient({ url: 'http://127.0.0.1:3000' });
export const total = async (): Promise<number> => {
  const run = await client.submit(named<typeof invoiceRender>('invoice.render'), ${JSON.stringify(INVOICE)});
  return (await run.result()).totalCents;
};
export const packs: readonly Pack[] = [images];
export const all = [defineTask, runHandler];
`;

/** Named imports of ES modules from CommonJS are found by a lexer, which misses what is exported in an unusual way. */
const LOADS = `import { createRequire } from 'node:module';
import { defineApp, defineTask, DirectClient, Permanent } from 'holdfast';
import { HoldfastClient, named, TaskFailed } from 'holdfast/client';
import { images } from 'holdfast/packs';
import { runHandler, testApp } from 'holdfast/testing';
const require = createRequire(import.meta.url);
const found = [defineApp, defineTask, DirectClient, Permanent, HoldfastClient, named, TaskFailed, images, runHandler, testApp];
const same = [require('holdfast').Permanent === Permanent, require('holdfast/client').TaskFailed === TaskFailed];
console.log(![...found, ...same].includes(undefined) && !same.includes(false));
`;

/** The whole client as a browser gets it, by the bundler that the dashboard is built with. */
const BUNDLE = `import { build } from 'vite';
const lib = { entry: 'node_modules/holdfast/dist/http-client/index.js', formats: ['es'] };
const built = await build({ configFile: false, logLevel: 'silent', build: { write: false, lib } });
const [{ output }] = [built].flat();
process.stdout.write(output.map(({ code }) => code).join(''));
`;

const mebibytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MiB`;

let app: Installation;
beforeAll(async () => {
  app = await installTarball('examples/invoices', OWN_PACKAGES);
}, 300_000);
afterAll(() => app?.remove());

describe('the example app, with the packed tarball in a folder of its own', () => {
  it('type-checks, from ES modules and from CommonJS, and each of its mistakes is an error', async () => {
    await writeFile(path.join(app.folder, 'src', 'caller.cts'), CALLER);
    await app.run('tsc', ['-p', 'tsconfig.json']);
    const mistakes = path.join(app.folder, 'test', 'mistakes.ts');
    const text = await readFile(mistakes, 'utf8');
    await writeFile(mistakes, text.replaceAll('@ts-expect-error', ''));
    const said = await app.run('tsc', ['-p', 'tsconfig.json']).catch((error: Error) => error.message);
    await writeFile(mistakes, text);
    const lines = [...new Set(said.match(/(?<=test\/mistakes\.ts\()\d+/g))];
    expect(lines).toHaveLength(text.match(/@ts-expect-error/g)?.length ?? 0);
  });

  it('loads from ES modules and from CommonJS', async () => {
    await writeFile(path.join(app.folder, 'loads.mjs'), LOADS);
    expect(await app.run('node', ['loads.mjs'])).toBe('true\n');
  });

  it.each(['vitest', 'jest'])(
    'runs its tests in %s',
    async (runner) => {
      const said = await app.run(runner, runner === 'vitest' ? ['run'] : []);
      expect(said).toMatch(/Tests:? +5 passed/);
    },
    300_000,
  );

  it('has one catalogue in API, command line and diagnosis, follows a change, and says what a pack lacks', async () => {
    const holdfast = await Holdfast.create({}, app.folder);
    const cli = (...args: string[]) => app.run('holdfast', args, holdfast.env);
    const types = async () => {
      const response = await fetch(`${holdfast.url}/v1/task-types`).catch(() => undefined);
      return response?.ok ? response.text() : '';
    };
    try {
      holdfast.run('dev');
      await holdfast.untilSays('Ready.');
      expect(holdfast.output).toContain('Task types: invoice.render, invoice.send');
      const { taskTypes } = JSON.parse(await cli('types', '--json')) as { taskTypes: { type: string }[] };
      expect(taskTypes.map(({ type }) => type)).toEqual(['invoice.render', 'invoice.send']);
      const { task } = JSON.parse(
        await cli('submit', 'invoice.render', '--input', JSON.stringify(INVOICE), '--json'),
      ) as {
        task: { id: string };
      };
      await until('it has completed', async () => (await read(holdfast.url, task.id)).includes('"completed"'));
      expect(await cli('why', task.id)).toContain('ended');
      const wrong = await post(holdfast.url, { type: 'invoice.render', input: { number: 'AB-1' } });
      expect(wrong).toMatchObject({ status: 422, body: { code: 'invalid-request' } });
      expect(await post(holdfast.url, { type: 'invoice.rendr', input: {} })).toMatchObject({
        body: { code: 'unknown-task-type' },
      });
      expect(await (await fetch(`${holdfast.url}/docs`)).text()).toContain('npm install swagger-ui-dist@5');

      const config = path.join(app.folder, 'holdfast.config.ts');
      const text = await readFile(config, 'utf8');
      await writeFile(
        config,
        `import { images } from 'holdfast/packs';\n${text.replace('tasks:', 'packs: [images], tasks:')}`,
      );
      await until('the pack is offered', async () => (await types()).includes('image.convert'));
      const { body } = await post(holdfast.url, { type: 'image.convert', input: { image: { base64: 'aGVsbG8=' } } });
      const said = await until('the task says what is missing', async () => {
        const text = await read(holdfast.url, String(body.id));
        return text.includes('CONFIG_MISSING_SERVICE') && text;
      });
      expect(said).toContain(
        'image.convert needs the package sharp, which is not installed here: npm install sharp@0.35',
      );
    } finally {
      await holdfast.remove();
    }
  }, 300_000);
});

it('the facility application works with the packed tarball in a folder of its own', async () => {
  const { dependencies, devDependencies } = facilityManifest;
  const { holdfast: _itself, ...own } = { ...dependencies, ...devDependencies };
  const facility = await installTarball('examples/facility', Object.keys(own));
  try {
    await facility.run('tsc', ['-p', 'tsconfig.json']);
    const { taskTypes } = JSON.parse(await facility.run('holdfast', ['types', '--json'])) as {
      taskTypes: { type: string }[];
    };
    expect(taskTypes.map(({ type }) => type)).toEqual(expect.arrayContaining(['jobs.autoclose', 'email.send']));
    const [program = '', ...args] = facilityManifest.scripts.seed.split(' ');
    const said = await facility.run(program, [...args, '--scale', '0.05']);
    expect(said).toMatch(/^Seed data is in .*facility:\n {2}people +\d+\n/);
  } finally {
    await facility.remove();
  }
}, 300_000);

it('a plain app installs without what only some task types need; what it installs is printed', async () => {
  const sizes = await installedSizes();
  const total = [...sizes.values()].reduce((sum, size) => sum + size, 0);
  const largest = [...sizes].sort(([, a], [, b]) => b - a).slice(0, 6);
  const releases = path.join(__dirname, '../../node_modules/@temporalio/core-bridge/releases');
  const native = await Promise.all((await readdir(releases)).map((name) => sizeOf(path.join(releases, name))));
  const others = native.reduce((sum, size) => sum + size, 0) - Math.max(...native);
  console.info(`${sizes.size} packages, ${mebibytes(total)}, of which ${mebibytes(others)} are for other platforms; the largest:
${largest.map(([name, size]) => `${mebibytes(size).padStart(11)}  ${name}`).join('\n')}`);
  // The metrics' library brings this one along.
  const along = '@opentelemetry/api';
  expect(OPTIONAL.filter((name) => name !== along && sizes.has(name))).toEqual([]);
  expect(total).toBeLessThan(300 * 2 ** 20);
});

it('the client over HTTP, with all that it needs, fits into 15 KB', async () => {
  const bundled = await app.run('node', ['--input-type=module', '-e', BUNDLE]);
  const bytes = gzipSync(bundled).length;
  console.info(`holdfast/client: ${bundled.length} bytes, ${bytes} gzipped`);
  expect(bundled).toContain('/v1/tasks');
  expect(bundled).not.toMatch(/\brequire\(|\bfrom\s*["']/);
  expect(bytes).toBeLessThan(15_000);
});

async function read(url: string, id: string): Promise<string> {
  return (await fetch(`${url}/v1/tasks/${encodeURIComponent(id)}`)).text();
}

async function post(url: string, body: object): Promise<{ status: number; body: { id?: string; code?: string } }> {
  const headers = { 'Content-Type': 'application/json' };
  const response = await fetch(`${url}/v1/tasks`, { method: 'POST', headers, body: JSON.stringify(body) });
  return { status: response.status, body: (await response.json()) as { id?: string; code?: string } };
}
