import { setTimeout as sleep } from 'node:timers/promises';
import { Visibility } from '../diagnosis/visibility';
import { isoTime } from '../read/facts';
import type { Gateway } from '../temporal/gateway';
import { GONE_AFTER_MS } from './queues';
import { readHeartbeats, type WorkerHeartbeat } from './worker-heartbeats';

const WORKFLOW = 1;
const ACTIVITY = 2;

/** Workers say every five seconds that they live. One whose last heartbeat is this old may be gone… */
const SUSPECT_AFTER_MS = 12_000;
/** …and is, when no newer one comes within this time. Their clocks are compared with nobody's else. */
const SILENT_FOR_MS = 12_000;
/** A poll begins at the time that the server remembers, and its worker may have lived until the poll's end. */
const POLL_MS = 60_000;
/** So long does the server remember who polled. */
const REMEMBERED_MS = 300_000;

interface Poller {
  identity: string;
  at: number;
}

interface Beat {
  heartbeatAt: string;
  /** When it was first seen, by this process's clock. */
  seenAt: number;
}

/** What earlier looks saw; it lives as long as the process. Without it, less of an absence is counted. */
export class AbsenceMemory {
  readonly beats = new Map<string, Beat>();
  readonly since = new Map<string, number>();
}

/**
 * Since when queues have had no worker: what is certain of it. Polls alone would show a dead worker for more than a
 * minute, so the workers' own heartbeats are looked at, too, where they send any. One look for each pass.
 */
export class Absences {
  private readonly found = new Map<string, Promise<number | undefined>>();
  private readonly visibility: Visibility;

  constructor(
    private readonly gateway: Gateway,
    private readonly memory: AbsenceMemory,
    /** Called while it waits for a heartbeat of a worker. */
    private readonly pulse: () => void = () => undefined,
  ) {
    this.visibility = new Visibility(gateway);
  }

  /** Milliseconds since the epoch; `undefined` while there is a worker, or may be one. */
  since(queue: string): Promise<number | undefined> {
    const known = this.found.get(queue) ?? this.look(queue);
    this.found.set(queue, known);
    return known;
  }

  private async look(queue: string): Promise<number | undefined> {
    const pollers = await this.pollers(queue);
    const now = Date.now();
    const recent = pollers.filter(({ at }) => now - at <= GONE_AFTER_MS);
    const since = recent.length > 0 ? await this.silentSince(queue, recent) : this.goneSince(queue, pollers, now);
    if (since === undefined) this.memory.since.delete(queue);
    else this.memory.since.set(queue, since);
    return since;
  }

  private goneSince(queue: string, pollers: readonly Poller[], now: number): number {
    const known = this.memory.since.get(queue);
    if (pollers.length === 0) return known ?? now - REMEMBERED_MS;
    const lastPoll = Math.max(...pollers.map(({ at }) => at));
    if (known !== undefined && known >= lastPoll) return known;
    return Math.min(now, lastPoll + POLL_MS);
  }

  /** When the last of these workers fell silent; `undefined` as long as one may live. */
  private async silentSince(queue: string, pollers: readonly Poller[]): Promise<number | undefined> {
    let beats = await this.beatsOf(queue, pollers);
    if (!beats.every(isSuspect)) return undefined;
    const patience = Math.max(...beats.map((beat) => this.seenAt(beat))) + SILENT_FOR_MS;
    while (Date.now() < patience) {
      this.pulse();
      await sleep(Math.min(2000, patience - Date.now()));
    }
    const before = beats;
    beats = await this.beatsOf(queue, pollers);
    const silent = beats.every((beat, index) => beat && beat.heartbeatAt === before[index]?.heartbeatAt);
    if (!silent) return undefined;
    const last = Math.max(...beats.map((beat) => Date.parse(beat?.heartbeatAt ?? '')));
    return Math.min(last, Date.now() - SILENT_FOR_MS);
  }

  /** The last heartbeat of each of these workers about the queue; `undefined` for one that says nothing of itself. */
  private async beatsOf(queue: string, pollers: readonly Poller[]): Promise<(WorkerHeartbeat | undefined)[]> {
    const all = (await readHeartbeats(this.gateway, this.visibility)).filter((beat) => beat.queue === queue);
    // Those of releases that do not name their types speak once a minute only.
    return pollers.map(({ identity }) =>
      all
        .filter((beat) => beat.identity === identity && beat.types && beat.heartbeatAt)
        .sort(newestFirst)
        .at(0),
    );
  }

  private seenAt(beat: WorkerHeartbeat | undefined): number {
    const key = `${beat?.queue} ${beat?.identity}`;
    const heartbeatAt = beat?.heartbeatAt ?? '';
    const known = this.memory.beats.get(key);
    if (known?.heartbeatAt === heartbeatAt) return known.seenAt;
    const seenAt = Date.now();
    this.memory.beats.set(key, { heartbeatAt, seenAt });
    return seenAt;
  }

  private async pollers(queue: string): Promise<Poller[]> {
    const { service, namespace } = this.gateway;
    const described = await Promise.all(
      [WORKFLOW, ACTIVITY].map((taskQueueType) =>
        this.gateway.call(() => service.describeTaskQueue({ namespace, taskQueue: { name: queue }, taskQueueType })),
      ),
    );
    return described
      .flatMap(({ pollers }) => pollers ?? [])
      .map(({ identity, lastAccessTime }) => ({
        identity: identity ?? '',
        at: Date.parse(isoTime(lastAccessTime) ?? '') || Date.now(),
      }));
  }
}

function isSuspect(beat: WorkerHeartbeat | undefined): boolean {
  return beat !== undefined && Date.now() - Date.parse(beat.heartbeatAt ?? '') > SUSPECT_AFTER_MS;
}

function newestFirst(a: WorkerHeartbeat, b: WorkerHeartbeat): number {
  return (b.heartbeatAt ?? '').localeCompare(a.heartbeatAt ?? '');
}
