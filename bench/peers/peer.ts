import type { Work } from './work';

/** Where the servers are. */
export interface Places {
  redis: number;
  /** A database of the peer's own. */
  postgres: string;
  temporal: string;
  folder: string;
  /** Port of Holdfast's API. */
  api: number;
}

/** One way to run background work, with its own defaults. */
export interface Peer {
  name: string;
  /** Which server does its work, for the processor time. */
  server: 'redis' | 'postgres' | 'temporal';
  /** What its defaults say about a worker that dies. */
  afterDeath: string;
  /** Runs in a process of its own. @param identity The same for the process that takes the place of a killed one. */
  work(places: Places, identity: string): Promise<void>;
  open(places: Places): Promise<Caller>;
}

export interface Caller {
  /** Hands work in; equal keys are one task, as far as the peer knows keys. @returns What `result` takes. */
  submit(work: Work, key: string): Promise<unknown>;
  /** Waits for the end, in the way the peer offers. */
  result(submitted: unknown): Promise<void>;
  close(): Promise<void>;
}
