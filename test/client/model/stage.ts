import { z } from 'zod';
import type { Handler, HandlerContext } from '../../../src/activities/attempt/handler';
import { defineContract } from '../../../src/tasks/contract';
import { TaskFailure } from '../../../src/tasks/failures';
import { NO_REDRIVES } from '../../../src/tasks/redrives';
import { until } from '../../support/until';

/** How an attempt goes on. */
export type Play =
  | { end: 'succeeds' }
  | { end: 'fails'; code: 'TRANSIENT_NETWORK' | 'EXTERNAL_API_ERROR' | 'PERMANENT_VALIDATION'; retryAfter?: number };

/** What the model knows of the policy. Times in seconds: a short one passes by itself, a long one never does. */
export const SHORT = 0.2;
export const LONG = 3600;
export const ATTEMPTS = 2;
export const REDRIVES = { ...NO_REDRIVES, transient: [SHORT, LONG], external: [LONG] };

export const played = defineContract({
  type: 'test.played',
  summary: 'Waits for its part in every attempt.',
  category: 'default',
  input: z.strictObject({ note: z.string().optional() }),
  output: z.object({ attempt: z.number(), note: z.string().nullable() }),
  policy: {
    attempts: ATTEMPTS,
    firstDelay: SHORT,
    cap: SHORT,
    heartbeatTimeout: 10,
    lostAttempts: 100,
    redrives: REDRIVES,
  },
  example: {},
});

/** The attempts of one process: each waits for a command to continue or to stop. */
export class Stage {
  private readonly waiting = new Map<string, { attempt: number; go: (play: Play) => void }>();
  /** Attempts that began, by task. */
  readonly begun = new Map<string, number[]>();

  readonly handler: Handler<typeof played> = async ({ note }, { taskId, attempt, signal }) => {
    this.begun.set(taskId, [...(this.begun.get(taskId) ?? []), attempt]);
    const play = await this.part(taskId, attempt, signal);
    if (play.end === 'fails') throw new TaskFailure(play.code, `attempt ${attempt} was told to fail`, play.retryAfter);
    return { attempt, note: note ?? null };
  };

  /** Lets the running attempt go on. */
  play(taskId: string, play: Play): void {
    const part = this.waiting.get(taskId);
    if (!part) throw new Error(`No attempt of ${taskId} is running`);
    this.waiting.delete(taskId);
    part.go(play);
  }

  /** Waits until the given attempt runs. */
  async runs(taskId: string, attempt: number): Promise<void> {
    await until(`attempt ${attempt} runs`, () => this.waiting.get(taskId)?.attempt === attempt);
  }

  private part(taskId: string, attempt: number, signal: HandlerContext['signal']): Promise<Play> {
    return new Promise((go, stop) => {
      this.waiting.set(taskId, { attempt, go });
      signal.addEventListener('abort', () => {
        if (this.waiting.get(taskId)?.attempt === attempt) this.waiting.delete(taskId);
        stop(signal.reason);
      });
    });
  }
}
