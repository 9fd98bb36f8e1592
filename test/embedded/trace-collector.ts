import { createServer, type IncomingMessage, type Server } from 'node:http';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { close, listen, portOf } from '../support/servers/loopback';

/** A span as a test looks at it, IDs in hexadecimal. */
export interface SeenSpan {
  service: string;
  name: string;
  traceId: string;
  spanId: string;
  parentSpanId: string;
  attributes: Record<string, string | number>;
  error: boolean;
}

interface Value {
  stringValue?: string;
  intValue?: string | number | { toNumber(): number };
}
interface Attribute {
  key: string;
  value: Value;
}
type Id = string | Uint8Array;
interface WireSpan {
  name: string;
  traceId: Id;
  spanId: Id;
  parentSpanId?: Id | null;
  attributes?: Attribute[];
  status?: { code?: number };
}
interface Export {
  resourceSpans?: { resource: { attributes: Attribute[] }; scopeSpans: { spans: WireSpan[] }[] }[];
}

/** The messages of OTLP as OpenTelemetry publishes them, generated for its own exporters. */
const GENERATED = path.join(
  path.dirname(require.resolve('@opentelemetry/otlp-transformer/package.json')),
  'build/src/generated/root.js',
);

/** A collector of traces: OTLP over HTTP, in protobuf and JSON. */
export class TraceCollector {
  readonly spans: SeenSpan[] = [];
  readonly contentTypes = new Set<string>();
  /** Headers of the last post. */
  headers: IncomingMessage['headers'] = {};

  private constructor(private readonly server: Server) {}

  static async start(): Promise<TraceCollector> {
    const server = createServer();
    const collector = new TraceCollector(server);
    server.on('request', async (request, response) => {
      collector.take(request, await buffer(request));
      response.writeHead(200, { 'Content-Type': 'application/json' }).end('{}');
    });
    await listen(server);
    return collector;
  }

  get url(): string {
    return `http://127.0.0.1:${portOf(this.server)}`;
  }

  close(): Promise<void> {
    return close(this.server);
  }

  private take(request: IncomingMessage, body: Buffer): void {
    if (request.url !== '/v1/traces' || request.method !== 'POST') return;
    const type = request.headers['content-type'] ?? '';
    this.contentTypes.add(type);
    this.headers = request.headers;
    const { resourceSpans = [] } = type === 'application/json' ? (JSON.parse(body.toString()) as Export) : decode(body);
    for (const { resource, scopeSpans } of resourceSpans) {
      const service = String(valuesOf(resource.attributes)['service.name']);
      for (const span of scopeSpans.flatMap(({ spans }) => spans)) this.spans.push(seen(service, span));
    }
  }
}

function decode(body: Buffer): Export {
  const { opentelemetry } = require(GENERATED);
  return opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest.decode(body) as Export;
}

function seen(
  service: string,
  { name, traceId, spanId, parentSpanId = '', attributes = [], status }: WireSpan,
): SeenSpan {
  return {
    service,
    name,
    traceId: hex(traceId),
    spanId: hex(spanId),
    parentSpanId: hex(parentSpanId),
    attributes: valuesOf(attributes),
    error: status?.code === 2,
  };
}

function hex(id: Id | null): string {
  return typeof id === 'string' ? id : Buffer.from(id ?? []).toString('hex');
}

function valuesOf(attributes: Attribute[]): Record<string, string | number> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, read(value)]));
}

function read({ stringValue, intValue }: Value): string | number {
  if (intValue === undefined || intValue === null) return stringValue ?? '';
  return typeof intValue === 'object' ? intValue.toNumber() : Number(intValue);
}
