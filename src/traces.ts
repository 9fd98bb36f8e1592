import type { WorkflowClientInterceptor } from '@temporalio/client';
import type { InjectedSinks, WorkerInterceptors } from '@temporalio/worker';
import type { RequestHandler } from 'express';

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
