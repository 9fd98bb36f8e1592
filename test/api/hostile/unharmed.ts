import { setTimeout as sleep } from 'node:timers/promises';
import type { Answered } from '../../support/api';

/** A refusal, or an answer: never a fault of the server's. */
export function expectHandled(what: string, { status }: Pick<Answered, 'status'>): void {
  if (!(status >= 200 && status < 500)) throw new Error(`${what} answered ${status}`);
}

/** For a file of tests: fails each after which a rejection is left that nothing handles. */
export function expectNothingUnhandled(): void {
  const unhandled: unknown[] = [];
  const note = (reason: unknown): void => void unhandled.push(reason);
  beforeAll(() => void process.on('unhandledRejection', note));
  afterAll(() => void process.off('unhandledRejection', note));
  afterEach(async () => {
    // A rejection that nothing handles is reported once the microtasks are done.
    await sleep(0);
    expect(unhandled).toEqual([]);
  });
}
