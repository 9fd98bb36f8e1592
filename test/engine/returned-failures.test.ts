import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import type { Handler } from '../../src/activities/attempt/handler';
import { type Contract, defineContract } from '../../src/tasks/contract';
import { NO_REDRIVES } from '../../src/tasks/redrives';
import { TestApi } from '../support/api';
import { Harness } from '../support/harness';
import { createExtractor } from '../support/inputs/citations';
import { tasksOf } from '../support/tasks-of';
import { until } from '../support/until';

/** Work that fails without throwing: it never reads as completed, and never goes on for ever. */
const counted = z.object({ count: z.number().optional() });
const outputs: Record<string, z.ZodType> = {
  strict: counted,
  open: z.unknown(),
  rows: z.record(z.string(), z.unknown()),
  own: z.object({ status: z.enum(['paid', 'failed']), message: z.string() }),
};

const contracts = Object.entries(outputs).map(([name, output]) =>
  defineContract({
    type: `returns.${name}`,
    summary: 'Returns what it is given.',
    category: 'default',
    input: z.object({ returned: z.unknown(), how: z.enum(['as it is', 'as an error', 'thrown']).default('as it is') }),
    output,
    example: { returned: {} },
    policy: { attempts: 1, redrives: NO_REDRIVES },
  }),
) as Contract[];

const handler = (async ({ returned, how }: { returned: unknown; how: string }) => {
  if (how === 'as it is') return returned;
  const error = new Error(String(returned));
  if (how === 'thrown') throw error;
  return error;
}) as unknown as Handler;

let harness: Harness;
let api: TestApi;

beforeAll(async () => {
  harness = await Harness.start();
  const handlers = Object.fromEntries(contracts.map(({ type }) => [type, handler]));
  await harness.startWorkers({ contracts, handlers });
  api = await TestApi.start(harness, {
    tasks: tasksOf(harness, contracts),
    contracts,
  });
});
afterAll(async () => {
  await api.close();
  await harness.close();
});

async function endOf(type: string, input: object) {
  const { id } = await api.submit(`returns.${type}`, input);
  return until(`${id} has ended`, async () => {
    const { body } = await api.get(api.task(id));
    return ['completed', 'failed', 'dead-lettered'].includes(body.state) ? body : undefined;
  });
}

const failures: [type: string, input: { returned: unknown; how?: string }, message: string][] = [
  ['strict', { returned: 'the store is full', how: 'thrown' }, 'the store is full'],
  ['strict', { returned: 'the store is full', how: 'as an error' }, 'the store is full'],
  ['open', { returned: 'the store is full', how: 'as an error' }, 'the store is full'],
  [
    'strict',
    { returned: { status: 'failed', message: 'the store is full' } },
    'The handler returned a failure: the store is full',
  ],
  ['strict', { returned: { status: 'error', error: 'no source' } }, 'The handler returned a failure: no source'],
  ['open', { returned: { status: 'aborted' } }, 'The handler returned a failure, without a reason.'],
  ['rows', { returned: { success: false, reason: 'no source' } }, 'The handler returned a failure: no source'],
  ['strict', { returned: { count: 'many' } }, "The handler's output is not what the contract says"],
];

it.each(failures)('of a %s output: %j fails with its reason', async (type, input, message) => {
  const { state, result, failure } = await endOf(type, input);
  expect([state, result]).toEqual(['failed', undefined]);
  expect(failure.message).toContain(message);
});

it.each([
  ['own', { status: 'failed', message: 'the card was refused' }],
  ['strict', { count: 0 }],
  ['open', { status: 'paid', success: true }],
])('what the contract knows is a result: of a %s output, %j', async (type, returned) => {
  expect(await endOf(type, { returned })).toMatchObject({ state: 'completed', result: returned });
});

describe('a citation process', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'holdfast-python-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it.each([
    ['that answers an error', `echo '{"error":"ValueError: no reporter"}'`, /ValueError: no reporter/],
    ['that answers a failure', `echo '{"status":"failed","message":"no memory"}'`, /no memory/],
    ['that answers no JSON', 'echo nonsense', /nonsense/],
    ['that is aborted at work', 'kill -9 $$', /Python process ended/],
    ['that ends at work', 'exit 3', /Python process ended \(code 3\)/],
  ])('%s fails the work with its reason, and gives no empty result', async (name, work, message) => {
    const python = path.join(folder, name.replaceAll(' ', '-'));
    await writeFile(python, `#!/bin/sh\necho '{"ready":true}'\nread line\n${work}\nsleep 1\n`);
    await chmod(python, 0o755);
    const extractor = createExtractor({ python, processes: 1 });
    await expect(extractor.extract('Roe v. Wade, 410 U.S. 113 (1973).')).rejects.toThrow(message);
    await extractor.close();
  });
});
