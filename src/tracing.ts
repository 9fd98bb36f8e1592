import type { WorkflowClientInterceptor } from '@temporalio/client';
import type { InjectedSinks, WorkerInterceptors } from '@temporalio/worker';
import type { RequestHandler } from 'express';
import type { Config } from './config';
import { StartError } from './errors';

/** What a process needs to take part in traces. */
export interface Tracing {
  /** Of clients: what they start and send carries the trace. */
  readonly client: { workflow: WorkflowClientInterceptor[] };
  /** Of workers, together with the workflow code that was bundled for traces. */
  readonly worker: WorkerInterceptors;
  // biome-ignore lint/suspicious/noExplicitAny: the SDK asks for it; the shape is its interceptors' own.
  readonly sinks: InjectedSinks<any>;
  /** Makes a span of every request, inside the caller's trace if it names one. */
  readonly requests: RequestHandler;
  /** Sends what is left. */
  close(): Promise<void>;
}

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
    const message = `OTEL_EXPORTER_OTLP_ENDPOINT asks for traces, and their packages are not installed: npm install ${PACKAGES.join(' ')}`;
    throw new StartError(message, { cause });
  }
}
