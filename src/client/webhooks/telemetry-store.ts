import { addAndKeep, newestEntry } from '../../artifacts/newest-entry';
import type { EntryStore } from '../../artifacts/store';
import type { TelemetryBatch } from '../../tasks/telemetry';

/** The telemetry of one user's work on one asset. */
export interface Telemetry {
  user: string;
  asset: string;
  /** The task that stored it. */
  task: string;
  /** ISO time. */
  storedAt: string;
  batch: TelemetryBatch;
}

const listOf = (user: string, asset: string) => `telemetry/${JSON.stringify([user, asset])}`;

/**
 * Telemetry, one batch for each user and asset, in the artifact store. Of two writers the one with the later order
 * stands, whoever comes first, so that storing a batch again, or an old one late, changes nothing.
 */
export class TelemetryStore {
  constructor(private readonly entries: EntryStore) {}

  /** @param order Sorts by the time at which the batch came. @returns Whether it stands: false when a newer one does. */
  async upsert(telemetry: Telemetry, order: string): Promise<boolean> {
    const list = listOf(telemetry.user, telemetry.asset);
    await addAndKeep(this.entries, list, { name: order, value: telemetry }, 1);
    return (await newestEntry(this.entries, list))?.name === order;
  }

  async find(user: string, asset: string): Promise<Telemetry | undefined> {
    return (await newestEntry(this.entries, listOf(user, asset)))?.value as Telemetry | undefined;
  }
}
