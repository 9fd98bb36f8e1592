import type { Severity } from '../../protocol/alert';
import { kindOf } from '../../protocol/alert';
import { FAILURE_CODES, isFailureCode } from '../../tasks/failures';
import type { BreakerView } from '../breakers/breakers';
import type { Diagnosis } from '../diagnosis/findings';
import type { QueueInfo } from '../workers/queues';
import { ageOf, Cached } from './cached';
import type { FailureGroup, FailureGroups } from './failure-groups';
import { soon } from './soon';

/** One thing that needs a person. */
interface AttentionItem {
  kind: 'no-worker' | 'breaker' | 'dead-letters' | 'alert' | 'stuck';
  title: string;
  message: string;
  severity?: Severity;
  /** Tasks that it holds up. */
  count?: number;
  /** ISO. */
  since?: string;
  why?: string;
  todo?: string;
  /** The tasks, as GET /v1/tasks finds them. */
  filter?: Record<string, string>;
  /** The page that shows more. */
  link?: string;
}

export interface Attention {
  takenAt: string;
  ageSeconds: number;
  /** What could not be looked at in time, and so may be missing. */
  unknown: string[];
  /** The most urgent first. */
  items: AttentionItem[];
}

export interface AttentionSources {
  groups(): Promise<FailureGroups>;
  queues(): Promise<QueueInfo[]>;
  /** How many dead letters there are. */
  parked(): Promise<number>;
  breakers(): Promise<BreakerView[]>;
  alerts(): Promise<AlertLine[]>;
  diagnose(): Promise<Diagnosis>;
}

interface AlertLine {
  key: string;
  severity: Severity;
  title: string;
  message: string;
  since: string;
  todo?: string;
}

const FRESH_MS = 5000;
/** A diagnosis takes many calls. */
const STUCK_FRESH_MS = 5 * 60_000;
/** Whoever opens the page waits for this; what takes longer is named, and comes with the next look. */
const PATIENCE_MS = 1000;
/** Without the breakers nobody knows why dead letters are there. */
const BREAKERS_PATIENCE_MS = 2000;
const STUCK_PATIENCE_MS = 1000;
const MOST_GROUPS = 10;
/** Alerts of these kinds repeat what the other items show in more detail. */
const SHOWN_OTHERWISE = ['no-worker', 'breaker', 'dead-letters'];
/** Codes of troubles that an open circuit breaker may explain. */
const BY_OTHERS = /^(EXTERNAL_|CIRCUIT_OPEN)/;
/** Causes that the other items show, or that are on purpose. */
const CAUSES_SHOWN = [
  'parked',
  'no-worker',
  'breaker-open',
  'waits-for-redrive',
  'waits-for-an-operator',
  'waits-for-its-time',
  'paused',
];

/** What needs a person, of everything that Holdfast knows. */
export class AttentionReader {
  private readonly cached: Cached<Pick<Attention, 'unknown' | 'items'>>;
  private readonly stuck: Cached<Diagnosis>;

  constructor(private readonly sources: AttentionSources) {
    this.stuck = new Cached(() => sources.diagnose(), STUCK_FRESH_MS);
    this.cached = new Cached(
      () => this.take(),
      ({ unknown }) => (unknown.length > 0 ? 0 : FRESH_MS),
    );
  }

  async read(): Promise<Attention> {
    const read = await this.cached.get();
    return { ...ageOf(read), ...read.value };
  }

  private async take(): Promise<Pick<Attention, 'unknown' | 'items'>> {
    const { sources } = this;
    // The queues show whether Temporal answers at all: without them there is nothing to say.
    const [queues, breakers, groups, parked, alerts, stuck] = await Promise.all([
      sources.queues(),
      soon(sources.breakers(), BREAKERS_PATIENCE_MS).catch(() => undefined),
      soon(sources.groups(), PATIENCE_MS).catch(() => undefined),
      soon(sources.parked(), PATIENCE_MS).catch(() => undefined),
      soon(sources.alerts(), PATIENCE_MS).catch(() => undefined),
      soon(this.stuck.get(), STUCK_PATIENCE_MS).catch(() => undefined),
    ]);
    const parts = { breakers, 'dead letters': groups, alerts, 'stuck tasks': stuck };
    const open = (breakers ?? []).filter(({ state }) => state !== 'closed');
    return {
      unknown: Object.entries(parts).flatMap(([name, part]) => (part === undefined ? [name] : [])),
      items: [
        ...queues.filter(({ workers, backlog }) => workers.length === 0 && backlog > 0).map(ofQueue),
        ...open.map(ofBreaker),
        ...(groups ? ofGroups(groups.groups, open) : ofParked(parked ?? 0)),
        ...(alerts ?? []).filter((one) => !SHOWN_OTHERWISE.includes(kindOf(one))).map(ofAlert),
        ...ofStuck(stuck?.value),
      ],
    };
  }
}

function ofQueue({ queue, backlog, backlogAgeSeconds }: QueueInfo): AttentionItem {
  return {
    kind: 'no-worker',
    title: `No worker serves queue ${queue}`,
    message: `${backlog} ${backlog === 1 ? 'task waits' : 'tasks wait'}.`,
    count: backlog,
    since: new Date(Date.now() - backlogAgeSeconds * 1000).toISOString(),
    todo: `npm run worker -- --queues ${queue}`,
    link: '/queues',
  };
}

function ofBreaker({ name, state, since, openUntil, operator, lastFailure }: BreakerView): AttentionItem {
  const next = openUntil ? `The next call may try at ${openUntil}.` : 'It stays so until somebody closes it.';
  const why = operator
    ? `${operator.by ?? 'An operator'} has opened it. ${operator.reason ?? ''}`
    : lastFailure?.message;
  return {
    kind: 'breaker',
    title: `Circuit breaker ${name} is ${state}`,
    message: state === 'open' ? next : 'One call may try now.',
    since,
    ...(why && { why: why.trim() }),
    link: '/breakers',
  };
}

function ofGroups(groups: readonly FailureGroup[], open: readonly BreakerView[]): AttentionItem[] {
  const items = groups.slice(0, MOST_GROUPS).map((group) => ofGroup(group, open));
  const rest = groups.slice(MOST_GROUPS);
  if (rest.length > 0) {
    const count = rest.reduce((sum, group) => sum + group.count, 0);
    const message = `${rest.length} more kinds of trouble.`;
    items.push({ kind: 'dead-letters', title: `${count} more dead letters`, message, count, link: '/dead-letters' });
  }
  return items;
}

/** Their number is known long before what they have in common. */
function ofParked(count: number): AttentionItem[] {
  if (count === 0) return [];
  const title = `${count} ${count === 1 ? 'dead letter' : 'dead letters'}`;
  const message = 'What they have in common is still being looked at.';
  return [{ kind: 'dead-letters', title, message, count, filter: { state: 'dead-lettered' }, link: '/dead-letters' }];
}

/** Open circuit breakers that tasks of the type have run into. */
function breakersOf({ type, code }: FailureGroup, open: readonly BreakerView[]): string {
  if (!BY_OTHERS.test(code)) return '';
  const names = open.flatMap(({ name, lastFailure }) => (lastFailure?.task.startsWith(`${type}:`) ? [name] : []));
  return names.length === 0 ? '' : `; circuit breaker ${names.join(', ')} is open`;
}

function ofGroup(group: FailureGroup, open: readonly BreakerView[]): AttentionItem {
  const { fingerprint, type, code, count, message, firstAt } = group;
  const { advice } = FAILURE_CODES[isFailureCode(code) ? code : 'UNKNOWN'];
  return {
    kind: 'dead-letters',
    title: `${count} ${count === 1 ? 'dead letter' : 'dead letters'} of ${type}`,
    message,
    count,
    since: firstAt,
    why: `${code}${breakersOf(group, open)}`,
    todo: advice,
    filter: { state: 'dead-lettered', fingerprint },
  };
}

function ofAlert({ key, severity, title, message, since, todo }: AlertLine): AttentionItem {
  const type = /^failure-rate:(.+)$/.exec(key)?.[1];
  return {
    kind: 'alert',
    severity,
    title,
    message,
    since,
    ...(todo && { todo }),
    ...(type && { filter: { state: 'failed', type } }),
  };
}

function ofStuck(diagnosis: Diagnosis | undefined): AttentionItem[] {
  return (diagnosis?.types ?? []).flatMap(({ type, oldest, causes }) =>
    causes
      .filter(({ cause }) => !CAUSES_SHOWN.includes(cause))
      .map(({ message, count, todo, example }) => ({
        kind: 'stuck' as const,
        title: `${count} ${type} ${count === 1 ? 'task is' : 'tasks are'} open for too long`,
        message,
        count,
        since: oldest,
        ...(todo && { todo }),
        link: `/tasks/${encodeURIComponent(example)}`,
      })),
  );
}
