import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type ReplayWorkerOptions, Worker } from '@temporalio/worker';
import '../support/runtime';
import { BUNDLE } from '../support/bundle';
import { editedBundle } from '../support/faults/edited-bundle';

const HISTORIES = path.join(__dirname, '..', 'histories');
const FILES = readdirSync(HISTORIES, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.json'));
const CODE = readFileSync(BUNDLE, 'utf8');

/** As much of a history as the tests read. */
interface History {
  events: { workflowExecutionStartedEventAttributes?: { workflowId: string; originalExecutionRunId: string } }[];
}

function history(file: string): History {
  return JSON.parse(readFileSync(path.join(HISTORIES, file), 'utf8')) as History;
}

/** What the history's first event says of its workflow, which may have had several runs. */
function runOf({ events }: History) {
  const { workflowId = '', originalExecutionRunId = '' } = events[0]?.workflowExecutionStartedEventAttributes ?? {};
  return { workflowId, runId: originalExecutionRunId };
}

/** What the replay of each history says against it. */
async function replay(files: string[], code: string): Promise<Map<string, Error | undefined>> {
  const options: ReplayWorkerOptions = { workflowBundle: { code } };
  const known = files.map((file) => ({ file, history: history(file) }));
  const fileOf = new Map(known.map(({ file, history }) => [runOf(history).runId, file]));
  // Workflows may go by their own ID, as circuit breakers do.
  const histories = known.map(({ history }) => ({ workflowId: runOf(history).workflowId, history }));
  const errors = new Map<string, Error | undefined>();
  for await (const { runId, error } of Worker.runReplayHistories(options, histories)) {
    errors.set(fileOf.get(runId) ?? runId, error);
  }
  return errors;
}

describe('the workflow code', () => {
  let errors: Map<string, Error | undefined>;
  beforeAll(async () => {
    errors = await replay(FILES, CODE);
  });

  it.each(FILES)('still goes on with workflows like %s', (file) => {
    expect([errors.has(file), errors.get(file)]).toEqual([true, undefined]);
  });
});

describe('the workflow code that takes part in traces', () => {
  const TRACED = path.join(path.dirname(BUNDLE), 'workflow-bundle-traced.js');
  let errors: Map<string, Error | undefined>;
  beforeAll(async () => {
    errors = await replay(FILES, readFileSync(TRACED, 'utf8'));
  });

  it.each(FILES)('goes on with workflows like %s, which had none', (file) => {
    expect([errors.has(file), errors.get(file)]).toEqual([true, undefined]);
  });
});

const PUBLISHES = '(0, workflow_1.upsertMemo)({ [breaker_1.BREAKER_MEMO]: desk.record });';

describe('a change that would leave running workflows stuck is caught:', () => {
  it.each([
    ['another ID for the handler', "HANDLER_ACTIVITY = 'handler'", "HANDLER_ACTIVITY = 'work'", '0.1.0/completed'],
    ['a state no longer recorded', 'states.record(undefined)', 'void 0', '0.1.0/scheduled'],
    ['a pause that no longer holds attempts', 'desk.paused !== held', 'false', '0.1.0/held-after-a-failed-attempt'],
    ['another order of waiting and running', 'await (0, waiting_1.waitUntilDue)(life);', '', '0.1.0/scheduled'],
    ['a circuit breaker that no longer says what it is', PUBLISHES, '', '0.2.0/breaker-tripped-and-closed'],
    ['a canary that goes on whatever it shows', 'if (objection)', 'if (false)', '0.2.0/bulk-canary-stopped'],
    ['an alert that is told again without need', 'if (worse)', 'if (true)', '0.2.0/alerts-told-worse-and-over'],
    [
      'a member that no longer reports to its batch',
      "await reportTo(batch, 'completed');",
      '',
      '0.3.0/batch-member-completed',
    ],
    ['a batch that submits one more at a time', 'limit - this.of', '1 + limit - this.of', '0.3.0/batch-stopped'],
    ['an end that nobody is told of', 'if (!start.notify)', 'if (true)', '0.3.0/end-told-completed'],
    ['a pause that is lost when a worker comes', 'if (!desk.paused)', 'if (true)', '0.5.0/picked-up-with-a-pause-2'],
    ['a redrive denied', '|| nothingDone', '', '0.4.0/not-idempotent-with-nothing-done-redriven'],
    ['a concern that the monitor leaves out', 'concerns.findUnserved', 'async () => []', '0.2.0/monitor-finds-nothing'],
  ])('%s', async (_, from, to, name) => {
    const file = path.normalize(`${name}.json`);
    const errors = await replay([file], editedBundle(from, to));
    expect(errors.get(file)?.name).toBe('DeterminismViolationError');
  });
});

it('golden histories contain nothing of the machine that they were recorded on', () => {
  const revealing = FILES.filter((file) => {
    const text = JSON.stringify(history(file)).replace(/"data":"([^"]*)"/g, (_, data) =>
      Buffer.from(data, 'base64').toString('utf8'),
    );
    return /\/(tmp|root|home|Users|var|usr)\/|127\.0\.0\.1|localhost|\d@(?!host\b)|(?<!\D1)@host/.test(text);
  });
  expect(revealing).toEqual([]);
});
