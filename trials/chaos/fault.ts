import type { Cluster } from '../cluster/cluster';

/** One thing that goes wrong, and is put right. */
export interface Fault {
  name: string;
  /** How many times the tasks of the others it takes to keep up the load under it. Defaults to 1. */
  load?: number;
  /** @returns Whether it was really there: a run in which it was not says nothing. */
  strike(cluster: Cluster): Promise<boolean>;
}
