import { setTimeout as sleep } from 'node:timers/promises';
import { type Answered, TestApi } from '../../support/api';
import { Harness } from '../../support/harness';

/** A refusal, or an answer: never a fault of the server's. */
export function expectHandled(what: string, { status }: Pick<Answered, 'status'>): void {
  if (!(status >= 200 && status < 500)) throw new Error(`${what} answered ${status}`);
}

/** For a file of tests: fails each after which a rejection is left that nothing handles. */
function expectNothingUnhandled(): void {
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

/** For a file of hostile calls: an API that soon gives up on whoever does not read, with a worker, and nothing unhandled. */
export function useApi(started: (harness: Harness, api: TestApi) => void): void {
  expectNothingUnhandled();
  let harness: Harness;
  let api: TestApi;
  beforeAll(async () => {
    harness = await Harness.start();
    await harness.startWorkers();
    api = await TestApi.start(harness, { limits: { unreadSeconds: 1 }, maxUploadBytes: 32 * 1024 * 1024 });
    started(harness, api);
  });
  afterAll(async () => {
    await api.close();
    await harness.close();
  });
}
