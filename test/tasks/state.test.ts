import { explain } from '../../src/tasks/explain';
import { deriveState, isOpen, type PendingHandler, type RunStatus, type TaskFacts } from '../../src/tasks/state';

const NOW = new Date('2026-11-30T12:00:00Z');
const facts = (more: Partial<TaskFacts> = {}) => ({ status: 'open', memo: {}, ...more }) as TaskFacts;
const handler = (state: PendingHandler['state'], attempt = 1): PendingHandler => ({
  activityId: 'handler',
  state,
  attempt,
});

it.each<[string, Partial<TaskFacts>, string]>([
  ['has just been accepted', {}, 'queued'],
  ['has completed', { status: 'completed', recorded: 'paused' }, 'completed'],
  ['has failed', { status: 'failed' }, 'failed'],
  ['was cancelled', { status: 'cancelled' }, 'cancelled'],
  ['was terminated', { status: 'terminated', handler: handler('started') }, 'failed'],
  ['ran out of its time', { status: 'timed-out' }, 'failed'],
  ['goes on in another run', { status: 'continued' }, 'queued'],
  ['waits for its time', { recorded: 'scheduled', memo: { runAt: '2026-11-30T12:00:01Z' } }, 'scheduled'],
  ['has reached its time', { recorded: 'scheduled', memo: { runAt: '2026-11-30T12:00:00Z' } }, 'queued'],
  ['is to wait for no time', { recorded: 'scheduled' }, 'queued'],
  ['is parked', { recorded: 'dead-lettered' }, 'dead-lettered'],
  ['is paused before its first attempt', { recorded: 'paused' }, 'paused'],
  ['has ended its handler', { finishing: true }, 'running'],
  ['is paused and has ended its handler', { finishing: true, recorded: 'paused' }, 'paused'],
  ['runs inline', { memo: { inline: true }, workflowTask: { started: true, attempt: 1 } }, 'running'],
  ['is inline and not begun', { memo: { inline: true }, workflowTask: { started: false, attempt: 1 } }, 'queued'],
  ['is inline and idle', { memo: { inline: true } }, 'queued'],
  ['is not inline', { workflowTask: { started: true, attempt: 1 } }, 'queued'],
  ['waits for its first attempt', { handler: handler('scheduled') }, 'queued'],
  ['waits for its second attempt', { handler: handler('scheduled', 2) }, 'retrying'],
  ['runs', { handler: handler('started') }, 'running'],
  ['runs and is to stop', { handler: handler('cancel-requested') }, 'running'],
  ['runs and is to be paused', { handler: handler('pause-requested'), recorded: 'paused' }, 'running'],
  ['is held by the server', { handler: handler('paused', 3) }, 'paused'],
  ['was paused while its last attempt ran', { handler: handler('scheduled', 2), recorded: 'paused' }, 'paused'],
  [
    'waits for an attempt, whatever else was recorded',
    { handler: handler('scheduled'), recorded: 'scheduled' },
    'queued',
  ],
])('a task that %s is %s', (_what, more, state) => {
  expect(deriveState(facts(more), NOW)).toBe(state);
});

it('completed, failed and cancelled tasks are over', () => {
  const states = ['queued', 'scheduled', 'running', 'retrying', 'paused', 'dead-lettered'] as const;
  expect(states.map(isOpen)).toEqual(states.map(() => true));
  const ends = ['completed', 'failed', 'cancelled'] as const satisfies readonly RunStatus[];
  expect(ends.map(isOpen)).toEqual([false, false, false]);
});

describe('why a parked task is where it is, without the failure that the message repeats', () => {
  const NEXT = '2026-11-24T12:00:00.000Z';
  const parking = { since: NOW.toISOString(), message: 'The bank closed the connection.', redrives: 0, maxRedrives: 3 };

  it.each([
    [
      'whose outcome nobody knows',
      { code: 'OUTCOME_UNKNOWN' },
      'The bank closed the connection; running it twice could do harm',
      'Running it twice could do harm',
    ],
    [
      'that runs again by itself',
      { code: 'EXTERNAL_API_DOWN', nextRedriveAt: NEXT },
      `Runs again at ${NEXT} (redrive 1 of 3); last error: EXTERNAL_API_DOWN: The bank closed the connection.`,
      `Runs again at ${NEXT} (redrive 1 of 3)`,
    ],
    ['that waits for a person', { code: 'EXTERNAL_API_DOWN' }, 'Waits for an operator', undefined],
  ])('of one %s', (_what, more, message, situation) => {
    const known = { memo: { parking: { ...parking, ...more } } as TaskFacts['memo'], failure: more as never };
    const why = explain(facts(known), 'dead-lettered', { workers: undefined }, NOW);
    expect([why.message, why.situation]).toEqual([message, situation]);
  });

  it('comes after what was asked for and not taken yet', () => {
    const memo = { parking: { ...parking, code: 'EXTERNAL_API_DOWN', nextRedriveAt: NEXT } } as TaskFacts['memo'];
    const asked = [{ action: 'retry', at: NEXT }] as TaskFacts['asked'];
    const why = explain({ ...facts({ memo }), asked } as TaskFacts, 'dead-lettered', { workers: 1 }, NOW);
    expect(why.situation).toBe(`retry asked at ${NEXT}: waits for a worker. Runs again at ${NEXT} (redrive 1 of 3)`);
  });
});
