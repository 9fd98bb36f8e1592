import { collectDefaultMetrics, Registry } from 'prom-client';

/** A registry that also answers with metrics that others of this process collect. */
export class ProcessRegistry extends Registry {
  private readonly others: (() => Promise<string>)[] = [];

  /** @param read Gets metrics in Prometheus' text. What cannot be read is left out. */
  also(read: () => Promise<string>): void {
    this.others.push(read);
  }

  override async metrics(): Promise<string> {
    const others = this.others.map((read) => read().catch(() => ''));
    return (await Promise.all([super.metrics(), ...others])).join('');
  }
}

/** A registry with the metrics of the process: memory, CPU, event loop. One a process, or they would count twice. */
export function createRegistry(): ProcessRegistry {
  const registry = new ProcessRegistry();
  collectDefaultMetrics({ register: registry });
  return registry;
}
