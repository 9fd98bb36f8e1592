import type { EntryStore } from '../../artifacts/store';
import type { BreakerView } from '../breakers/breakers';
import type { Diagnosis } from '../diagnosis/findings';
import type { Visibility } from '../diagnosis/visibility';
import type { AlertClient } from '../monitor/alerts';
import type { Gateway } from '../temporal/gateway';
import type { QueueInfo } from '../workers/queues';
import { readHeartbeats } from '../workers/worker-heartbeats';
import type { WorkersReport } from '../workers/workers';
import { type Attention, AttentionReader } from './attention';
import { ageOf, Cached } from './cached';
import { type FailureGroups, FailureGroupsReader } from './failure-groups';
import { type QueueView, queueViews } from './fleet-view';
import { type LiveCounts, liveCounts } from './live-counts';
import { chartSpans, type Range } from './ranges';
import { type Series, SeriesReader } from './series';
import { type TypeFigures, TypeFiguresReader } from './type-figures';
import { deploysOf, WorkerVersionLog, type WorkerVersions } from './worker-versions';

/** What the insights need of the tasks' client. */
export interface InsightSources {
  gateway: Gateway;
  visibility: Visibility;
  entries: EntryStore;
  types: readonly string[];
  alerts: AlertClient;
  queues(): Promise<QueueInfo[]>;
  fleet(): Promise<WorkersReport>;
  /** How many dead letters there are. */
  parked(): Promise<number>;
  breakers(): Promise<BreakerView[]>;
  diagnose(): Promise<Diagnosis>;
}

type Aged<T> = T & { takenAt: string; ageSeconds: number };

const FRESH_MS = 10_000;
/** Looks at open tasks one by one. */
const FLEET_FRESH_MS = 15_000;

/** What a person looks at: figures over time, troubles, who works, what needs somebody. All of it is a moment old and says so. */
export class Insights {
  private readonly series: SeriesReader;
  private readonly typeFigures: TypeFiguresReader;
  private readonly groups: FailureGroupsReader;
  private readonly attentionReader: AttentionReader;
  private readonly versionLog: WorkerVersionLog;
  private readonly queues: Cached<QueueView[]>;
  private readonly workers: Cached<WorkersReport>;

  constructor(private readonly sources: InsightSources) {
    const { gateway, visibility, entries, types } = sources;
    this.series = new SeriesReader(gateway, visibility);
    this.typeFigures = new TypeFiguresReader(gateway, visibility, this.series, types);
    this.groups = new FailureGroupsReader(gateway, entries);
    this.versionLog = new WorkerVersionLog(entries);
    this.queues = new Cached(() => this.readQueues(), FRESH_MS);
    this.workers = new Cached(() => this.readWorkers(), FLEET_FRESH_MS);
    this.attentionReader = new AttentionReader({
      groups: () => this.groups.read(),
      queues: async () => (await this.queues.get()).value,
      parked: sources.parked,
      breakers: sources.breakers,
      alerts: async () => (await sources.alerts.read()).conditions,
      diagnose: sources.diagnose,
    });
  }

  /** Begins a series of cheap looks that show whether anything has changed. */
  liveCounts(): (look: number) => Promise<LiveCounts> {
    return liveCounts(this.sources.gateway);
  }

  /** Runs that ended over time, of all types or of one, with the times at which workers of another version came. */
  async seriesOf(range: Range, type?: string): Promise<Series & { deploys: { at: string; version: string }[] }> {
    const [series, log] = await Promise.all([this.series.read(range, type), this.noted()]);
    return { ...series, deploys: deploysOf(log, chartSpans(range, Date.now()).first) };
  }

  /** How each task type does. */
  async figuresByType(range: Range): Promise<TypeFigures> {
    return this.typeFigures.read(range);
  }

  /** The dead letters by their trouble. */
  async failureGroups(): Promise<FailureGroups> {
    return this.groups.read();
  }

  /** What needs a person. */
  async attention(): Promise<Attention> {
    return this.attentionReader.read();
  }

  /** What waits in each queue, and the places of its workers. */
  async queueViews(): Promise<Aged<{ queues: QueueView[] }>> {
    const read = await this.queues.get();
    return { queues: read.value, ...ageOf(read) };
  }

  /** Who works, on what, and the versions that workers had over time. */
  async workerViews(): Promise<Aged<WorkersReport & { versions: WorkerVersions[] }>> {
    const read = await this.workers.get();
    return { ...read.value, versions: await this.versionLog.read(), ...ageOf(read) };
  }

  /** The versions of the workers over time, those of now included as far as that is known. */
  private async noted(): Promise<WorkerVersions[]> {
    await this.queues.get().catch(() => undefined);
    return this.versionLog.read();
  }

  private async readQueues(): Promise<QueueView[]> {
    const { gateway } = this.sources;
    const [queues, heartbeats] = await Promise.all([
      this.sources.queues(),
      // What workers say of themselves is a help; without it the answer says less. Somebody waits for it.
      readHeartbeats(gateway, gateway).catch(() => []),
    ]);
    await this.versionLog.note(queues.flatMap(({ workers }) => workers.map(({ identity }) => identity)));
    return queueViews(queues, heartbeats);
  }

  private async readWorkers(): Promise<WorkersReport> {
    const fleet = await this.sources.fleet();
    await this.versionLog.note(fleet.workers.map(({ identity }) => identity));
    return fleet;
  }
}
