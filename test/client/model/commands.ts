import fc, { type AsyncCommand } from 'fast-check';
import type { TaskClient } from '../../../src/client/task-client';
import type { Harness } from '../../support/harness';
import { until } from '../../support/until';
import type { Model, Word } from './model';
import { LONG, type Play, type Stage } from './stage';

/** One task on a real server, and what it takes to drive it. */
export interface Real {
  harness: Harness;
  tasks: TaskClient;
  stage: Stage;
  taskId: string;
  key: string;
  restartWorker(): Promise<void>;
}

type Command = AsyncCommand<Model, Real>;

/** What each word needs besides its name. */
const MESSAGES: Record<Word, object> = {
  pause: {},
  resume: {},
  retry: { by: 'model' },
  resolve: { result: { attempt: 0, note: null } },
  fail: { reason: 'told by the model' },
  abandon: { reason: 'told by the model' },
  cancel: {},
};

/** Waits until the task is what the model says, and compares all that both know. */
export async function agree(model: Model, { tasks, taskId, stage }: Real): Promise<void> {
  const seen = await until(`it is ${model.state}, after ${model.begun} attempts`, async () => {
    const task = await tasks.read(taskId);
    return task.state === model.state && task.parking?.number === parkingOf(model) ? task : undefined;
  });
  if (model.state === 'running') await stage.runs(taskId, model.attempts);
  // A pause that was noted while an attempt ran shows already while the task is being parked after it.
  if (model.state === 'paused') await until('every parking is over', () => redrivenAsOften(model, tasks, taskId));
  if (model.attemptsKnown) {
    await until(`${model.attempts} attempts show`, async () => (await tasks.read(taskId)).attempts === model.attempts);
  }
  if (model.state === 'failed') expect(seen.failure?.code).toBe(model.code);
  expect(stage.begun.get(taskId)).toHaveLength(model.begun);
}

async function redrivenAsOften({ parkings }: Model, tasks: TaskClient, taskId: string): Promise<boolean> {
  const { runId } = await tasks.read(taskId);
  const redriven = (await tasks.timeline(taskId)).filter(
    (entry) => entry.event === 'redriven' && entry.runId === runId,
  );
  return redriven.length >= parkings;
}

function parkingOf({ state, parkings }: Model): number | undefined {
  return state === 'dead-lettered' ? parkings : undefined;
}

class Plays implements Command {
  constructor(private readonly part: Play) {}

  check = ({ state }: Model): boolean => state === 'running';

  async run(model: Model, real: Real): Promise<void> {
    real.stage.play(real.taskId, this.part);
    model.play(this.part);
    await agree(model, real);
  }

  toString = (): string => (this.part.end === 'succeeds' ? 'succeeds' : `fails ${JSON.stringify(this.part)}`);
}

/** An operator's command; one that the state does not allow is refused and changes nothing. */
export class Says implements Command {
  constructor(private readonly word: Word) {}

  check = (): boolean => true;

  async run(model: Model, real: Real): Promise<void> {
    const { word } = this;
    const said = real.tasks.act(real.taskId, word, MESSAGES[word]);
    if (!model.takes(word)) {
      const held = word === 'pause' && model.state === 'paused';
      // The attempt after the paused one runs for a moment, until it finds the pause: then it takes another, in vain.
      if (held) await said.then(expectPaused, expectRefusal);
      else await said.then(expectRefusal, expectRefusal);
    } else {
      await said;
      model.say(word);
      if (model.state === 'running' && (word === 'pause' || word === 'resume')) await noted(real, word === 'pause');
    }
    await agree(model, real);
  }

  toString = (): string => this.word;
}

function expectRefusal(answer: unknown): void {
  expect(answer).toMatchObject({ code: 'state-conflict' });
}

function expectPaused(answer: unknown): void {
  expect(answer).toMatchObject({ state: 'paused', answer: { outcome: 'done' } });
}

/** A pause of a running attempt counts from when the workflow has taken note of it. */
async function noted({ tasks, taskId }: Real, paused: boolean): Promise<void> {
  await until('the pause is noted', async () => Boolean((await tasks.read(taskId)).pauseRequested) === paused);
}

/** Two operators say something at the same moment: every message that is answered as done was obeyed, and no other. */
class SayTogether implements Command {
  constructor(
    private readonly first: Word,
    private readonly second: Word,
  ) {}

  check = (model: Model): boolean => !(this.first === 'cancel' || this.second === 'cancel') && model.answersApart;

  async run(model: Model, real: Real): Promise<void> {
    const words = [this.first, this.second];
    const said = await Promise.allSettled(words.map((word) => real.tasks.act(real.taskId, word, MESSAGES[word])));
    for (const one of said) if (one.status === 'rejected') expect(one.reason).toMatchObject({ code: 'state-conflict' });
    const taken = words.filter((_, index) => said[index]?.status === 'fulfilled');
    // Of one that ends the task and one that holds it, either may have come first.
    for (const word of taken.toSorted((a, b) => Number(isVerdict(a)) - Number(isVerdict(b)))) {
      expect([model.state, word, model.takes(word)]).toEqual([model.state, word, true]);
      model.say(word);
    }
    if (taken.length === 0) expect(words.some((word) => model.takes(word))).toBe(false);
    await agree(model, real);
  }

  toString = (): string => `${this.first} and ${this.second} at once`;
}

function isVerdict(word: Word): boolean {
  return word === 'resolve' || word === 'fail' || word === 'abandon';
}

class RestartsWorker implements Command {
  check = ({ state }: Model): boolean => !['completed', 'failed', 'cancelled'].includes(state);

  async run(model: Model, real: Real): Promise<void> {
    await real.restartWorker();
    model.restartWorker();
    await agree(model, real);
  }

  toString = (): string => 'worker restarts';
}

class SignalsGarbage implements Command {
  constructor(private readonly garbage: unknown) {}

  check = ({ state }: Model): boolean => state === 'running' || state === 'dead-lettered';

  async run(model: Model, real: Real): Promise<void> {
    const handle = real.harness.temporal.workflow.getHandle(real.taskId);
    for (const name of ['retry', 'resolve', 'abandon', 'nonsense']) await handle.signal(name, this.garbage);
    await agree(model, real);
  }

  toString = (): string => `signals ${JSON.stringify(this.garbage)}`;
}

class SubmitsAgain implements Command {
  check = ({ state, code }: Model): boolean => state !== 'cancelled' && !(state === 'failed' && code === 'ABANDONED');

  async run(model: Model, real: Real): Promise<void> {
    const { task, duplicate } = await real.tasks.submit({ type: 'test.played', input: {}, key: real.key });
    expect([task.id, duplicate]).toEqual([real.taskId, true]);
    await agree(model, real);
  }

  toString = (): string => 'submits again';
}

/** Anything that can happen to a task; what makes the story longer is likelier than what ends it. */
export function stories(): fc.Arbitrary<Iterable<Command>> {
  const words: Word[] = [
    'pause',
    'resume',
    'retry',
    'pause',
    'resume',
    'retry',
    'resolve',
    'fail',
    'abandon',
    'cancel',
  ];
  const fails = fc.record({
    end: fc.constant('fails' as const),
    code: fc.constantFrom(
      'TRANSIENT_NETWORK' as const,
      'TRANSIENT_NETWORK',
      'EXTERNAL_API_ERROR',
      'PERMANENT_VALIDATION',
    ),
    retryAfter: fc.constantFrom(LONG, 0),
  });
  return fc.commands(
    [
      fails.map((part) => new Plays(part.retryAfter ? part : { end: part.end, code: part.code })),
      fails.map((part) => new Plays({ end: part.end, code: part.code })),
      fails.map((part) => new Plays({ end: part.end, code: part.code })),
      fc.constantFrom(...words).map((word) => new Says(word)),
      fc.constantFrom(...words).map((word) => new Says(word)),
      fc.constantFrom('retry' as const, 'resume' as const).map((word) => new Says(word)),
      fc
        .tuple(fc.constantFrom<Word>('retry', 'resolve', 'fail'), fc.constantFrom<Word>('retry', 'resolve', 'abandon'))
        .map(([first, second]) => new SayTogether(first, second)),
      fc.constant(new Plays({ end: 'succeeds' })),
      fc.constant(new RestartsWorker()),
      fc
        .constantFrom<unknown>(7, [], { at: 'soon' }, { by: 1 }, { parking: 99, reason: 'late' })
        .map((garbage) => new SignalsGarbage(garbage)),
      fc.constant(new SubmitsAgain()),
    ],
    { maxCommands: 14, size: 'max' },
  );
}
