import type { Config } from './config';
import { StartError } from './errors';
import { howToInstall } from './packages';
import type { Tracing } from './traces';

export type { Tracing } from './traces';

const PACKAGES = [
  '@temporalio/interceptors-opentelemetry',
  '@opentelemetry/sdk-trace-node',
  '@opentelemetry/exporter-trace-otlp-proto',
];

/**
 * Opens traces where the settings name a collector. Nothing of them is loaded otherwise.
 * @throws StartError when the packages are not installed, or the protocol is none that is spoken here.
 */
export async function openTracing(config: Config, role: string): Promise<Tracing | undefined> {
  if (!config.OTEL_EXPORTER_OTLP_ENDPOINT && !config.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT) return undefined;
  if (config.OTEL_SDK_DISABLED) return undefined;
  try {
    const { Telemetry } = await import('./telemetry');
    return await Telemetry.open(config, role);
  } catch (cause) {
    if ((cause as { code?: unknown }).code !== 'MODULE_NOT_FOUND') throw cause;
    const message = `OTEL_EXPORTER_OTLP_ENDPOINT asks for traces, and their packages are not installed: ${howToInstall(PACKAGES)}`;
    throw new StartError(message, { cause });
  }
}
