import type { HandlerContext } from '../../src/activities/attempt/handler';
import { StepBack } from '../../src/activities/attempt/step-back';
import { classify } from '../../src/activities/classify';
import { createHandlerContext } from '../support/handler-context';
import { createExtractor } from '../support/inputs/citations';
import { descendants, isAlive } from '../support/processes/family';
import { until } from '../support/until';
import { CitationService } from './citation-service';

/** Verification against a real HTTP service in CourtListener's shape, and the processes behind. No Temporal. */
const KNOWN = {
  '1 U.S. 1': { name: 'Alpha v. Beta', date: '1790-02-01' },
  '97 Wash. 2d 30': { name: 'Seattle Times Co. v. Ishikawa', date: '1982-02-11' },
};
const TEXT = 'Alpha v. Beta, 1 U.S. 1 (1790). Roe v. Wade, 410 U.S. 113 (1973). No v. One, 5 U.S. 6 (1801).';
const PER_MINUTE = 600;

let service: CitationService;
let extractor: ReturnType<typeof createExtractor>;

beforeAll(async () => {
  service = await CitationService.start(KNOWN);
  const courtListener = { url: service.url, token: 'secret-token', perMinute: PER_MINUTE };
  extractor = createExtractor({ processes: 1, courtListener });
});
beforeEach(() => {
  service.calls.length = 0;
  service.moods = [];
});
afterAll(() => Promise.all([service.close(), extractor.close()]));

const sourcesOf = ({ citations }: Awaited<ReturnType<typeof extractor.extract>>) => citations.map((one) => one.source);

it('asks for all citations in one call, and the local table for those that the service does not know', async () => {
  const result = await extractor.extract(TEXT);
  expect(service.calls).toMatchObject([
    { token: 'Token secret-token', citations: ['1 U.S. 1', '410 U.S. 113', '5 U.S. 6'] },
  ]);
  expect(sourcesOf(result)).toEqual(['courtlistener', 'local-table', null]);
  const [first, , last] = result.citations;
  expect(first).toMatchObject({
    canonical_name: 'Alpha v. Beta',
    canonical_date: '1790-02-01',
    canonical_url: new URL('/opinion/1/1-U-S-1/', service.url).href,
  });
  expect(last).toMatchObject({ verified: false, error: 'No source knows it.', canonical_name: null });
  expect(result.notices).toEqual([]);
});

it('reports its stages and its progress', async () => {
  const given = createHandlerContext();
  await extractor.extract(`${TEXT} It goes on.`, given);
  const percents = given.progress.map(({ percent }) => percent);
  expect(percents).toEqual([...percents].sort((one, other) => one - other));
  expect(percents.at(-1)).toBeLessThan(100);
  const stages = ['reading', 'extracting', 'naming', 'clustering', 'verifying', 'reporting'];
  expect([...new Set(given.progress.map(({ stage }) => stage))]).toEqual(stages);
});

describe('a service that answers', () => {
  it('429 is asked once; the local table takes over, with a notice', async () => {
    service.moods = ['too-many', 'too-many'];
    const result = await extractor.extract(TEXT);
    expect(service.calls).toHaveLength(1);
    expect(sourcesOf(result)).toEqual([null, 'local-table', null]);
    expect(result.notices).toEqual([
      'courtlistener could not be asked for 3 citation(s): it answered 429, too many requests.',
    ]);
  });

  it('500 is tried three times, and no more', async () => {
    service.moods = ['broken', 'broken', 'broken', 'broken'];
    const result = await extractor.extract(TEXT);
    expect(service.calls).toHaveLength(3);
    expect(result.notices).toEqual([
      'courtlistener could not be asked for 3 citation(s): The citation look-up answered 500.',
    ]);
  });

  it('500 once costs nothing', async () => {
    service.moods = ['broken'];
    const result = await extractor.extract(TEXT);
    expect([sourcesOf(result), result.notices]).toEqual([['courtlistener', 'local-table', null], []]);
  });

  it('is called no faster than its rate, in batches of fifty', async () => {
    const citations = Array.from({ length: 120 }, (_, index) => `${index + 1} F.2d 7`);
    const before = performance.now();
    await extractor.extract(citations.map((one) => `State v. X, ${one} (1950).`).join(' '));
    expect(service.calls.map((call) => call.citations.length)).toEqual([50, 50, 20]);
    // The third turn comes two gaps after the first, however late the first was.
    expect((service.calls[2]?.at ?? 0) - before).toBeGreaterThanOrEqual(2 * (60_000 / PER_MINUTE));
  });
});

it('does not call while the breaker is open, and says so', async () => {
  const names: string[] = [];
  const guard: HandlerContext['guard'] = (name) => {
    names.push(name);
    return Promise.reject(new StepBack(`The circuit breaker ${name} is open`, new Date()));
  };
  const result = await extractor.extract(TEXT, createHandlerContext({ guard }));
  const name = `host:${new URL(service.url).host}`;
  expect(names).toEqual([name]);
  expect(result.notices).toEqual([
    `courtlistener could not be asked for 3 citation(s): The circuit breaker ${name} is open`,
  ]);
  expect([sourcesOf(result), service.calls.length]).toEqual([[null, 'local-table', null], 0]);
});

it('asks again for nothing that an earlier attempt has received, and keeps what was extracted', async () => {
  const first = createHandlerContext();
  const before = await extractor.extract(TEXT, first);
  const second = createHandlerContext({ artifacts: first.context.artifacts });
  expect(await extractor.extract(TEXT, second)).toEqual(before);
  expect(service.calls).toHaveLength(1);
  expect(second.logs.map(({ message }) => message)).toContain('an earlier attempt has extracted the citations');
  // A corrected input is another text, with the same questions.
  const third = createHandlerContext({ artifacts: first.context.artifacts });
  await extractor.extract(`${TEXT} And more.`, third);
  expect(third.logs.map(({ message }) => message)).toContain('extracted citations');
  expect(service.calls).toHaveLength(1);
});

describe('the processes', () => {
  it('are kept warm, and one that dies costs its own task an attempt', async () => {
    await extractor.extract(TEXT);
    const [python = 0] = descendants(process.pid, 'citations.py');
    await extractor.extract(TEXT);
    expect(descendants(process.pid, 'citations.py')).toEqual([python]);
    // It never answers, so that it dies at work.
    process.kill(python, 'SIGSTOP');
    const given = createHandlerContext();
    const extraction = extractor.extract(`${TEXT} More of it.`, given).then(() => 'no failure', classify);
    await until('the text is with Python', () => given.progress.some(({ stage }) => stage === 'extracting'));
    process.kill(python, 'SIGKILL');
    expect(await extraction).toMatchObject({ code: 'SYSTEM_OUT_OF_MEMORY' });
    expect((await extractor.extract(TEXT)).citations).toHaveLength(3);
  });

  it('end with a cancelled task', async () => {
    await extractor.extract(TEXT);
    const [python = 0] = descendants(process.pid, 'citations.py');
    // It never answers, so that there is something to cancel.
    process.kill(python, 'SIGSTOP');
    const given = createHandlerContext();
    const extraction = extractor.extract(`${TEXT} Yet more.`, given);
    extraction.catch(() => {});
    await until('the text is with Python', () => given.progress.some(({ stage }) => stage === 'extracting'));
    given.abort(new Error('cancelled by an operator'));
    await expect(extraction).rejects.toThrow('cancelled by an operator');
    process.kill(python, 'SIGCONT');
    await until('Python is gone', () => !isAlive(python));
    expect((await extractor.extract(TEXT)).citations).toHaveLength(3);
  });

  it.each([
    ['', 'This worker has no Python environment. Run npm run build'],
    ['/nowhere/python', 'This worker has no Python environment at /nowhere/python. Run npm run build'],
  ])('need a Python: %j fails as a matter of configuration', async (python, message) => {
    const { extract, close } = createExtractor({ python });
    const failure = await extract(TEXT).then(() => 'no failure', classify);
    expect(failure).toMatchObject({ code: 'CONFIG_MISSING_SERVICE', message: expect.stringContaining(message) });
    await close();
  });
});
