import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type ReplayWorkerOptions, Worker } from '@temporalio/worker';
import './support/runtime';
import { BUNDLE } from './support/bundle';

const HISTORIES = path.join(__dirname, 'histories');
const FILES = readdirSync(HISTORIES, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.json'));
const CODE = readFileSync(BUNDLE, 'utf8');

function history(file: string): unknown {
  return JSON.parse(readFileSync(path.join(HISTORIES, file), 'utf8'));
}

/** What the replay of each history says against it. */
async function replay(files: string[], code: string): Promise<Map<string, Error | undefined>> {
  const options: ReplayWorkerOptions = { workflowBundle: { code } };
  const histories = files.map((file) => ({ workflowId: file, history: history(file) }));
  const errors = new Map<string, Error | undefined>();
  for await (const { workflowId, error } of Worker.runReplayHistories(options, histories)) {
    errors.set(workflowId, error);
  }
  return errors;
}

describe('the workflow code', () => {
  let errors: Map<string, Error | undefined>;
  beforeAll(async () => {
    errors = await replay(FILES, CODE);
  });

  it.each(FILES)('still goes on with tasks like %s', (file) => {
    expect([errors.has(file), errors.get(file)]).toEqual([true, undefined]);
  });
});

describe('a change that would leave running tasks stuck is caught:', () => {
  it.each([
    ['another ID for the handler', "HANDLER_ACTIVITY = 'handler'", "HANDLER_ACTIVITY = 'work'", 'completed'],
    ['a state no longer recorded', 'states.record(undefined)', 'void 0', 'scheduled'],
    ['a pause that no longer holds attempts', 'desk.paused !== held', 'false', 'held-after-a-failed-attempt'],
    ['another order of waiting and running', 'await (0, waiting_1.waitUntilDue)(life);', '', 'scheduled'],
  ])('%s', async (_, from, to, name) => {
    const changed = CODE.replaceAll(from, to);
    expect(changed).not.toBe(CODE);
    const file = path.join('0.1.0', `${name}.json`);
    const errors = await replay([file], changed);
    expect(errors.get(file)?.name).toBe('DeterminismViolationError');
  });
});

it('golden histories tell nothing of the machine that they were recorded on', () => {
  const telling = FILES.filter((file) => {
    const text = JSON.stringify(history(file)).replace(/"data":"([^"]*)"/g, (_, data) =>
      Buffer.from(data, 'base64').toString('utf8'),
    );
    return /\/(tmp|root|home|Users|var|usr)\/|\d@(?!host\b)/.test(text);
  });
  expect(telling).toEqual([]);
});
