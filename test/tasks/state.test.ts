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

it('of a task whose outcome nobody knows, what happened and what it means are one sentence', () => {
  const parking = { since: NOW.toISOString(), message: 'The bank closed the connection.' };
  const parked = facts({ memo: { parking } as TaskFacts['memo'], failure: { code: 'OUTCOME_UNKNOWN' } as never });
  expect(explain(parked, 'dead-lettered', { workers: undefined }, NOW).message).toBe(
    'The bank closed the connection; running it twice could do harm',
  );
});
