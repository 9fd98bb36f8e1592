import type { Peer } from './peer';

/** Loaded one by one: a worker's process holds nothing but its own library. */
export const PEERS: Record<string, () => Promise<Peer>> = {
  bullmq: async () => (await import('./bullmq')).bullmq,
  'pg-boss': async () => (await import('./pg-boss')).pgBoss,
  'graphile-worker': async () => (await import('./graphile-worker')).graphileWorker,
  dbos: async () => (await import('./dbos')).dbos,
  standalone: async () => (await import('./temporal')).temporalStandalone,
  bare: async () => (await import('./temporal')).temporalBare,
  ordinary: async () => (await import('./holdfast')).holdfastOrdinary,
  inline: async () => (await import('./holdfast')).holdfastInline,
};
