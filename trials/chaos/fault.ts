import type { Cluster } from '../cluster/cluster';

/** One thing that goes wrong, and is put right. */
export interface Fault {
  name: string;
  /** Seconds for which work must come in, since it takes longer than the others. Defaults to what the tasks asked for take. */
  lasts?: number;
  /** @returns Whether it was really there: a run in which it was not says nothing. */
  strike(cluster: Cluster): Promise<boolean>;
}
