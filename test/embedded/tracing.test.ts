import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { readConfig } from '../../src/config';
import { openTracing } from '../../src/tracing';
import { Harness } from '../support/harness';
import { startRole } from '../support/processes/role-process';
import type { RunningProcess } from '../support/processes/running-process';
import { freePort } from '../support/temporal-server';
import { until } from '../support/until';
import { type SeenSpan, TraceCollector } from './trace-collector';

/** What a caller sends who is part of a trace already. */
const TRACE = '0af7651916cd43dd8448eb211c80319c';
const CALLER = 'b7ad6b7169203331';

let harness: Harness;
let collector: TraceCollector;
let api: RunningProcess;
let worker: RunningProcess;
let url: string;

beforeAll(async () => {
  harness = await Harness.start();
  collector = await TraceCollector.start();
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  const env = {
    ...harness.env,
    HOLDFAST_APP: path.join(__dirname, '..', 'fixtures', 'traced-app.ts'),
    HOLDFAST_HOME: harness.folder,
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_BSP_SCHEDULE_DELAY: '200',
  };
  [api, worker] = await Promise.all([
    startRole('api', { ...env, HOLDFAST_PORT: String(port), OTEL_EXPORTER_OTLP_HEADERS: 'x-tenant=blue' }),
    startRole('worker', { ...env, OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json', OTEL_SERVICE_NAME: 'workers' }),
  ]);
});
afterAll(async () => {
  await Promise.all([api?.stop('SIGTERM'), worker?.stop('SIGTERM')]);
  await collector.close();
  await harness.close();
});

/** Submits a task inside the caller's trace and waits for its end. */
async function submit(type: string, failures: number, traceId: string): Promise<string> {
  const response = await fetch(`${url}/v1/tasks`, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      Prefer: 'wait=50',
      traceparent: `00-${traceId}-${CALLER}-01`,
    },
    body: JSON.stringify({ type, input: { failures } }),
  });
  const task = (await response.json()) as { id: string; state: string };
  expect(task.state).toBe('completed');
  return task.id;
}

/** Spans of one trace once those of the given names are there. */
async function traceWith(traceId: string, ...names: string[]): Promise<SeenSpan[]> {
  return until(`the trace has ${names}`, () => {
    const spans = collector.spans.filter((span) => span.traceId === traceId);
    return names.every((name) => spans.some((span) => span.name === name)) ? spans : undefined;
  });
}

it('puts request, start, workflow and every attempt of a task in one trace, and its ID in every line', async () => {
  const id = await submit('traced.work', 1, TRACE);
  const spans = await traceWith(TRACE, 'POST /v1/tasks', 'RunWorkflow:traced.work');
  const named = (name: string) => spans.filter((span) => span.name === name);
  const [request] = named('POST /v1/tasks');
  const [start] = named('StartWorkflow:traced.work');
  const [workflow] = named('RunWorkflow:traced.work');
  const [asked] = named('StartActivity:traced.work');
  const attempts = named('RunActivity:traced.work');
  expect(request).toMatchObject({ service: 'holdfast-api', parentSpanId: CALLER, error: false });
  expect(request?.attributes).toMatchObject({ 'http.response.status_code': 200, 'holdfast.task.id': id });
  expect(start?.parentSpanId).toBe(request?.spanId);
  expect(workflow).toMatchObject({ service: 'workers', parentSpanId: start?.spanId });
  expect(asked?.parentSpanId).toBe(workflow?.spanId);
  expect(attempts.map(({ parentSpanId }) => parentSpanId)).toEqual([asked?.spanId, asked?.spanId]);
  expect(attempts.map(({ attributes, error }) => [attributes['holdfast.attempt'], error])).toEqual([
    [1, true],
    [2, false],
  ]);
  // The workflow's memo and input are nobody's business there.
  expect(Object.keys(workflow?.attributes ?? {})).not.toContain('memo');

  const lines = worker.lines.filter((line) => line.msg === 'the handler is at work');
  expect(lines).toMatchObject(
    attempts.map(({ spanId }, index) => ({ taskId: id, attempt: index + 1, trace_id: TRACE, span_id: spanId })),
  );
  const answered = await until('the request is logged', () => api.lines.find(({ msg }) => /^POST /.test(String(msg))));
  expect(answered).toMatchObject({ taskId: id, trace_id: TRACE, span_id: request?.spanId });
});

it('does the same for inline work', async () => {
  const trace = TRACE.replace('0af7', '1bf8');
  await submit('traced.inline', 0, trace);
  const spans = await traceWith(trace, 'RunWorkflow:traced.inline', 'RunActivity:traced.inline');
  const asked = spans.find(({ name }) => name === 'StartActivity:traced.inline');
  expect(spans.find(({ name }) => name === 'RunActivity:traced.inline')?.parentSpanId).toBe(asked?.spanId);
});

it('sends in either form, with the headers that are set', async () => {
  await until('both have sent', () => collector.contentTypes.size === 2);
  expect([...collector.contentTypes].sort()).toEqual(['application/json', 'application/x-protobuf']);
  await fetch(`${url}/health/ready`);
  await until('the API has sent', () => collector.headers['x-tenant'] === 'blue');
});

/** Opens traces in a process of its own, and says what came of it and whether anything of them was loaded. */
function opened(env: Record<string, string>): string {
  const script = `
    const { readConfig } = require('./dist/config');
    require('./dist/tracing').openTracing(readConfig(), 'api').then((tracing) => {
      const loaded = Object.keys(require.cache).some((file) => file.includes('@opentelemetry'));
      console.log(tracing === undefined ? 'none' : 'open', loaded ? 'loaded' : 'not loaded');
      process.exit();
    });`;
  const cwd = path.join(__dirname, '..', '..');
  return execFileSync(process.execPath, ['-e', script], { cwd, env, encoding: 'utf8' }).trim();
}

it('loads nothing where no collector is named, or traces are switched off', () => {
  const to = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318' };
  expect(opened({})).toBe('none not loaded');
  expect(opened({ ...to, OTEL_SDK_DISABLED: 'true' })).toBe('none not loaded');
  expect(opened(to)).toBe('open loaded');
});

it('says what to install where the packages are missing', async () => {
  jest.doMock('../../src/telemetry', () => {
    throw Object.assign(new Error('Cannot find module'), { code: 'MODULE_NOT_FOUND' });
  });
  const config = readConfig({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url });
  await expect(openTracing(config, 'api')).rejects.toThrow('npm install @temporalio/interceptors-opentelemetry');
});
