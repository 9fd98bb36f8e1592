import { context, propagation, ROOT_CONTEXT, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { envDetectorSync, Resource } from '@opentelemetry/resources';
import { BatchSpanProcessor, NodeTracerProvider, type SpanExporter } from '@opentelemetry/sdk-trace-node';
import type { WorkflowClientInterceptor } from '@temporalio/client';
import { OpenTelemetryWorkflowClientInterceptor } from '@temporalio/interceptors-opentelemetry/lib/client';
import {
  makeWorkflowExporter,
  OpenTelemetryActivityInboundInterceptor,
  OpenTelemetryActivityOutboundInterceptor,
} from '@temporalio/interceptors-opentelemetry/lib/worker';
import type { WorkerInterceptors } from '@temporalio/worker';
import type { WorkflowInfo } from '@temporalio/workflow';
import type { RequestHandler } from 'express';
import type { Config } from './config';
import { type LogScope, onLogScope, readTraceWith } from './logging';
import type { Tracing } from './traces';
import { VERSION } from './version';

const SERVER_ERROR = 500;
/** How a log line's fields are called on a span. */
const ATTRIBUTES: Record<keyof LogScope, string> = {
  taskId: 'holdfast.task.id',
  type: 'holdfast.task.type',
  attempt: 'holdfast.attempt',
  runId: 'holdfast.run.id',
  reqId: 'http.request.id',
};

/** OpenTelemetry, with the interceptors that come with Temporal's SDK. Loaded only where traces are wanted. */
export class Telemetry implements Tracing {
  readonly client: { workflow: WorkflowClientInterceptor[] } = { workflow: [new QuietReads()] };
  readonly worker: WorkerInterceptors = {
    activity: [
      (activity) => ({
        inbound: new OpenTelemetryActivityInboundInterceptor(activity),
        outbound: new OpenTelemetryActivityOutboundInterceptor(activity),
      }),
    ],
  };
  readonly sinks: Tracing['sinks'];

  private constructor(
    private readonly provider: NodeTracerProvider,
    processor: BatchSpanProcessor,
  ) {
    const { export: send } = makeWorkflowExporter(processor, provider.resource);
    this.sinks = { exporter: { export: { fn: (info, spans) => send.fn(namesOf(info), spans as never) } } };
  }

  static async open(config: Config, role: string): Promise<Telemetry> {
    const processor = new BatchSpanProcessor(await openExporter(config));
    const own = new Resource({
      'service.name': role === 'app' ? 'holdfast' : `holdfast-${role}`,
      'service.version': VERSION,
    });
    const provider = new NodeTracerProvider({
      // OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES outrank Holdfast's own.
      resource: own.merge(envDetectorSync.detect() as Resource),
      spanProcessors: [processor],
    });
    provider.register();
    readTraceWith(() => {
      const span = trace.getActiveSpan()?.spanContext();
      return span && { trace_id: span.traceId, span_id: span.spanId };
    });
    onLogScope((scope) => trace.getActiveSpan()?.setAttributes(attributesOf(scope)));
    return new Telemetry(provider, processor);
  }

  readonly requests: RequestHandler = (request, response, next) => {
    const { method } = request;
    const from = propagation.extract(ROOT_CONTEXT, request.headers);
    const tracer = trace.getTracer('holdfast', VERSION);
    const span = tracer.startSpan(
      method,
      { kind: SpanKind.SERVER, attributes: { 'http.request.method': method } },
      from,
    );
    response.once('close', () => endRequest(span, method, response.locals.route as string | undefined, response));
    context.with(trace.setSpan(from, span), next);
  };

  async close(): Promise<void> {
    // A collector that is away shall not keep the process from ending with 0.
    await this.provider.shutdown().catch(() => undefined);
  }
}

function endRequest(
  span: Span,
  method: string,
  route: string | undefined,
  answer: { statusCode: number; writableFinished: boolean },
): void {
  if (route) span.updateName(`${method} ${route}`).setAttribute('http.route', route);
  span.setAttribute('http.response.status_code', answer.statusCode);
  if (answer.statusCode >= SERVER_ERROR) span.setStatus({ code: SpanStatusCode.ERROR });
  span.end();
}

/** Descriptions are asked for all the time, by the gauges too: they are part of a trace, and never begin one. */
class QuietReads extends OpenTelemetryWorkflowClientInterceptor {
  override describe: OpenTelemetryWorkflowClientInterceptor['describe'] = (input, next) =>
    trace.getActiveSpan() ? super.describe(input, next) : next(input);
}

/** The SDK would hand over all that it knows of a workflow, its memo and search attributes too. */
function namesOf({ workflowId, runId, workflowType, taskQueue, namespace }: WorkflowInfo): WorkflowInfo {
  return { workflowId, runId, workflowType, taskQueue, namespace } as WorkflowInfo;
}

function attributesOf(scope: LogScope): Record<string, string | number> {
  const known = Object.entries(scope).filter(([, value]) => value !== undefined);
  return Object.fromEntries(known.map(([name, value]) => [ATTRIBUTES[name as keyof LogScope], value]));
}

/** Endpoint, headers, time-outs and certificates are read by OpenTelemetry's own exporter. */
async function openExporter({ OTEL_EXPORTER_OTLP_PROTOCOL: protocol }: Config): Promise<SpanExporter> {
  if (protocol === 'http/json') {
    const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-http');
    return new OTLPTraceExporter();
  }
  const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-proto');
  return new OTLPTraceExporter();
}
