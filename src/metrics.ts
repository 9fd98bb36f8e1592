import { collectDefaultMetrics, Registry } from 'prom-client';

/** A registry with the metrics of the process: memory, CPU, event loop. One a process, or they would count twice. */
export function createRegistry(): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  return registry;
}
