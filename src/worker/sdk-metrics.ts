import { hiddenPlace } from '../loopback';
import type { ProcessRegistry } from '../metrics';

const DEADLINE_MS = 2000;

/**
 * Where the SDK shall serve its own metrics, `temporal_…`: a place that only this process knows. The registry answers
 * with them beside its own.
 */
export async function sdkMetricsOf(registry: ProcessRegistry): Promise<string> {
  const { host, port } = await hiddenPlace();
  const address = `${host}:${port}`;
  registry.also(async () => {
    const answer = await fetch(`http://${address}/metrics`, { signal: AbortSignal.timeout(DEADLINE_MS) });
    return answer.ok ? answer.text() : '';
  });
  return address;
}
