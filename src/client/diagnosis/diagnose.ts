import { HoldfastError } from '../../errors';
import { createdFirst } from '../list/created-first';
import type { ScannedRow } from '../list/scan';
import { causesOfMany, causesOfRows } from './causes';
import { countBy } from './count-by';
import type { Diagnosis, StuckType } from './findings';
import { Fleet } from './fleet';
import type { DiagnosisOptions } from './options';
import { findPastDue, type PastDue } from './past-due';
import { recommend } from './recommendations';
import { hoursBetween, samplesOf } from './samples';
import type { CauseSources, DiagnosisSources, SampleSources } from './sources';
import { StuckQueries } from './stuck-query';
import { MOST_READ, Visibility } from './visibility';

/** For types that nobody here knows. */
const USUAL_SECONDS = 3600;
const DEFAULT_LIMIT = 5;
const MOST_SAMPLES = 100;
/** Rows cost a lot more than counts. */
const FEW = 100;

type Analysis = CauseSources & SampleSources & { pastDue: PastDue };

/**
 * Finds the tasks that are open for too long, and why. It works on counts, so that its calls and its memory do not
 * grow with their number. Changes nothing, and needs no worker.
 * @throws HoldfastError `invalid-request`, `unavailable`.
 */
export async function diagnose(sources: DiagnosisSources, options: DiagnosisOptions): Promise<Diagnosis> {
  const { hours = null, limit = DEFAULT_LIMIT, onProgress = () => undefined } = options;
  checkOptions(hours ?? 0, limit);
  const now = new Date();
  const queries = queriesOf(hours, now, sources.normalTimes);
  const { gateway } = sources;
  const visibility = new Visibility(gateway);
  onProgress({ step: 'started', hours });
  onProgress({ step: 'querying' });
  const openBreakers = (await sources.breakers()).filter(({ state }) => state !== 'closed');
  const queues = await countBy(visibility, queries.old, 'TaskQueue', ({ queue }) => queue);
  const fleet = await Fleet.read(
    gateway,
    queues.map(({ value }) => value),
  );
  const types = await countBy(visibility, queries.stuck, 'WorkflowType', ({ type }) => type);
  const pastDue = await findPastDue(visibility, queries, fleet.unserved);
  const scheduled = (await visibility.count(queries.waiting('scheduled'))) - pastDue.count;
  const paused = await visibility.count(queries.waiting('paused'));
  onProgress({ step: 'queried' });

  const counts = new Map(types.map(({ value, count }) => [value, count]));
  for (const [type, rows] of pastDue.byType) counts.set(type, (counts.get(type) ?? 0) + rows.length);
  const sorted = [...counts].sort(([, a], [, b]) => b - a);
  onProgress({ step: 'found', types: sorted.length });
  const analysis: Analysis = { ...sources, visibility, queries, fleet, pastDue, options: { ...options, limit } };
  const analyzed: StuckType[] = [];
  for (const [index, [type, count]] of sorted.entries()) {
    onProgress({ step: 'analyzing', number: index + 1, of: sorted.length, type });
    const found = await analyze(type, count, analysis);
    analyzed.push(found);
    onProgress({ step: 'analyzed', type: found });
  }
  const others = [
    { state: 'scheduled' as const, count: Math.max(0, scheduled) },
    { state: 'paused' as const, count: paused },
  ];
  const findings = {
    takenAt: now.toISOString(),
    hours,
    total: analyzed.reduce((sum, one) => sum + one.count, 0),
    types: analyzed,
    otherStates: others.filter(({ count }) => count > 0),
    openBreakers: analyzed.length > 0 ? openBreakers : [],
  };
  return { ...findings, recommendations: recommend(findings, options.checkExecution === true) };
}

function queriesOf(hours: number | null, now: Date, seconds: ReadonlyMap<string, number>): StuckQueries {
  if (hours !== null) return new StuckQueries(new Date(now.getTime() - hours * 3_600_000));
  const shortest = Math.min(USUAL_SECONDS, ...seconds.values());
  return new StuckQueries(new Date(now.getTime() - shortest * 1000), { now, seconds });
}

async function analyze(type: string, count: number, analysis: Analysis): Promise<StuckType> {
  const { visibility, queries, pastDue, options } = analysis;
  const { limit = DEFAULT_LIMIT } = options;
  const due = pastDue.byType.get(type) ?? [];
  const query = queries.ofType(type);
  const open = count - due.length;
  const all = open <= MOST_READ;
  // Some may have moved on since: more rows than samples.
  const rows = open === 0 ? [] : await visibility.newest(query, all ? MOST_READ : 2 * limit + 5);
  const early = all ? rows : await createdFirstOf(visibility, query);
  const times = [...early.map(({ startedAt }) => startedAt), ...due.map(({ runAt, startedAt }) => runAt ?? startedAt)];
  const oldest = times.sort()[0] ?? new Date().toISOString();
  const known = [...rows, ...due];
  const newest = known.sort((a, b) => b.startedAt.localeCompare(a.startedAt)).slice(0, 2 * limit + 5);
  return {
    type,
    count,
    exact: due.length === 0 || pastDue.exact,
    oldest,
    maxHoursStuck: hoursBetween(oldest, new Date()),
    causes: all ? await causesOfRows(known, analysis) : await causesOfMany(type, analysis, due, new Date(oldest)),
    samples: limit === 0 ? [] : await samplesOf(newest, limit, analysis),
  };
}

async function createdFirstOf(visibility: Visibility, query: string): Promise<ScannedRow[]> {
  return visibility.newest(await createdFirst((part) => visibility.count(part), query, FEW), FEW);
}

function checkOptions(hours: number, limit: number): void {
  const issues = [];
  if (!(hours >= 0) || !Number.isFinite(hours)) {
    issues.push({ pointer: '/hours', message: 'hours must be a number of 0 or more.' });
  }
  if (!Number.isInteger(limit) || limit < 0 || limit > MOST_SAMPLES) {
    issues.push({ pointer: '/limit', message: `limit must be a whole number from 0 to ${MOST_SAMPLES}.` });
  }
  const [first] = issues;
  if (first) throw new HoldfastError('invalid-request', first.message, { issues });
}
