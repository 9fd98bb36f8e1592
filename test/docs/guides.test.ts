import { readFileSync } from 'node:fs';
import path from 'node:path';
import { criticalCheck, deadLetterCheck } from '../../src/activities/monitor/alerts/dead-letters';
import { duplicateCheck } from '../../src/activities/monitor/alerts/duplicates';
import { failureRateCheck } from '../../src/activities/monitor/alerts/failure-rates';
import { breakerCheck, workerCheck } from '../../src/activities/monitor/alerts/surroundings';
import type { TaskClient } from '../../src/client/task-client';
import { kindOf, type NewsCount } from '../../src/protocol/alert';
import { CATEGORIES } from '../../src/tasks/categories';
import type { Why } from '../../src/tasks/explain';
import { FAILURE_CODES } from '../../src/tasks/failure-codes';
import { policyOverrideSchema } from '../../src/tasks/policy-override';
import { REDRIVES } from '../../src/tasks/redrives';
import { conditionOf } from '../../src/workflows/alerts/alert-news';
import { TestApi } from '../support/api';
import { Harness } from '../support/harness';
import { letterHandler, letterSend, sendLetters } from '../support/letters';
import { readPage, sectionsOf, tableWith } from '../support/pages';
import { tasksOf } from '../support/tasks-of';
import { until } from '../support/until';
import { type CurlCall, curlsOf } from './curl';

const GUIDE = readPage('docs/learning/dead-letters.md');
const RUNBOOK = readPage('docs/operations/incident-runbook.md');

let harness: Harness;
let tasks: TaskClient;
let api: TestApi;
let parked: string;

beforeAll(async () => {
  harness = await Harness.start();
  const contracts = [letterSend];
  await harness.startWorkers({ contracts, handlers: { [letterSend.type]: letterHandler() as never } });
  tasks = tasksOf(harness, contracts);
  api = await TestApi.start(harness, { tasks, contracts });
  const letters = await sendLetters(tasks);
  for (const letter of letters) await harness.reaches(letter, 'dead-lettered');
  const { task } = await tasks.submit({ type: letterSend.type, input: { to: 'fay@far.example' } });
  parked = task.id;
  await harness.reaches(parked, 'dead-lettered');
  await api.post('/v1/breakers/smtp:mail.example.com/open', { by: 'test' });
});
afterAll(async () => {
  await api.close();
  await harness.close();
});

/** What a message before did may take a moment; 409 says so, and nothing has happened then. */
async function type({ method, path, json }: CurlCall): Promise<number> {
  return until(`${path} is answered`, async () => {
    const { status } = await api.call(method, path.replace('$ID', parked), { ...(json !== undefined && { json }) });
    return status === 409 ? undefined : status;
  });
}

describe('docs/learning/dead-letters.md', () => {
  it.each(curlsOf(GUIDE))('is right to type $command', async (call) => {
    expect(await type(call)).toBeLessThan(300);
  });

  it('lists the redrives of every class', () => {
    const SECONDS: Record<string, number> = { min: 60, h: 3600 };
    const seconds = (delay: string) => Number.parseInt(delay, 10) * (SECONDS[delay.split(' ')[1] ?? ''] ?? 0);
    const told = tableWith(GUIDE, '| class | redrives |').map(([name, count, delays = '']) => {
      const list = delays.split(', ').filter(Boolean).map(seconds);
      return [name, Number(count), list];
    });
    expect(told.sort()).toEqual(
      Object.entries(REDRIVES)
        .map(([name, delays]) => [name, delays.length, delays])
        .sort(),
    );
  });

  it('says what each action takes', () => {
    const told = tableWith(GUIDE, '| `action` |').map(([action]) => action?.replaceAll('`', ''));
    expect(told.sort()).toEqual([...new Set(Object.values(FAILURE_CODES).map(({ action }) => action))].sort());
  });
});

/** Every cause: the compiler refuses this list when one is missing. */
const CAUSES: Record<Why['cause'], true> = {
  'waits-for-its-time': true,
  'no-worker': true,
  'waits-for-a-worker': true,
  'worker-starting': true,
  'workflow-task-failing': true,
  running: true,
  'heartbeat-late': true,
  'waits-for-next-attempt': true,
  'breaker-open': true,
  'waits-for-redrive': true,
  paused: true,
  'waits-for-an-operator': true,
  ended: true,
};

/** The kinds of alerts: those that checks look for, those that begin with news, and those that are written out. */
function alertKinds(): string[] {
  const facts = tasks.alerts.facts;
  const limits = { deadLetters: 1, duplicateRate: 1, failureFactor: 1 };
  const checks = [
    deadLetterCheck(facts, 1),
    criticalCheck(facts, limits),
    duplicateCheck(1),
    workerCheck(tasks),
    breakerCheck(tasks),
    failureRateCheck(facts, [], limits),
  ];
  const news = (['dead-lettered', 'abandoned'] as const).flatMap((what) =>
    ['critical', 'default'].flatMap((category) => {
      const one: Partial<NewsCount> = { what, category, type: 'a.b', fingerprint: 'f', code: 'C', count: 1 };
      return conditionOf(one as NewsCount, () => 0) ?? [];
    }),
  );
  const written = [
    'src/monitor/watchdog/looks.ts',
    'src/monitor/watchdog/disks.ts',
    'src/workflows/alerts/alert-book.ts',
  ].flatMap((file) => [
    ...readFileSync(path.join(__dirname, '..', '..', file), 'utf8').matchAll(/\bkey: ['`]([a-z-]+)/g),
  ]);
  return [...checks.flatMap(({ kinds }) => kinds), ...news.map(kindOf), ...written.map(([, kind = '']) => kind)];
}

describe('docs/operations/incident-runbook.md', () => {
  const [before = '', causes = ''] = RUNBOOK.split(/^## Tasks: .*$/m);
  const [, alerts = ''] = before.split(/^## Alerts$/m);
  const plain = (heading: string) => heading.replaceAll('`', '').split(':', 1)[0] ?? '';
  const headings = (part: string) => [...part.matchAll(/^### (.*)$/gm)].map(([, heading = '']) => plain(heading));

  it.each(curlsOf(RUNBOOK))('is right to type $command', async (call) => {
    expect(await type(call)).toBeLessThan(300);
  });

  it('has a section for every kind of alert, and for no other', () => {
    expect(headings(alerts).sort()).toEqual([...new Set(alertKinds())].sort());
  });

  it('has a section for every cause of why, and for no other', () => {
    expect(headings(causes).sort()).toEqual(Object.keys(CAUSES).sort());
  });

  it('says in each how to look, what to do, and when it is over', () => {
    const sections = [...sectionsOf(alerts), ...sectionsOf(causes)].filter(([heading]) => heading.startsWith('`'));
    const wanting = sections.filter(
      ([, text]) => !/^- \*\*Look:[\s\S]*^- \*\*Do:[\s\S]*^- \*\*Over when\b/m.test(text),
    );
    expect(wanting.map(([heading]) => heading)).toEqual([]);
  });
});

describe('docs/reference/policies.md', () => {
  const page = readPage('docs/reference/policies.md');

  it('has the policy of every category', () => {
    const rows = tableWith(page, '| category | window |').map(([name = '', ...cells]) => [name, cells]);
    const policies = Object.entries(CATEGORIES).map(([name, one]) => [
      name,
      [one.window, one.attempts, one.firstDelay, one.curve, one.cap, one.queue, one.priority].map(String),
    ]);
    expect(rows).toEqual(policies);
  });

  it('has every field of a policy', () => {
    const fields = tableWith(page, '| field | meaning |').map(([field]) => field?.replaceAll('`', ''));
    expect(fields.sort()).toEqual(Object.keys(policyOverrideSchema.shape).sort());
  });
});
