import { z } from 'zod';
import { webAddress } from './setting-kinds';

/** Where traces go, and where metrics are served. */
export const TELEMETRY_SETTINGS = {
  OTEL_EXPORTER_OTLP_ENDPOINT: webAddress
    .optional()
    .describe(
      "Collector that traces are sent to by OTLP over HTTP, as http://127.0.0.1:4318; OpenTelemetry's other names for headers, time-outs, sampling and batches work as well. Defaults to none: no traces.",
    ),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: webAddress
    .optional()
    .describe('Whole address for traces, if it is not /v1/traces of that. Defaults to none.'),
  OTEL_EXPORTER_OTLP_PROTOCOL: z
    .enum(['http/protobuf', 'http/json'])
    .default('http/protobuf')
    .describe('How traces are written: http/protobuf or http/json. Defaults to http/protobuf.'),
  OTEL_EXPORTER_OTLP_HEADERS: z
    .string()
    .optional()
    .describe('Headers for the collector, as name=value, separated by commas. Defaults to none.'),
  OTEL_SERVICE_NAME: z
    .string()
    .optional()
    .describe(
      'What a process is called in traces. Defaults to holdfast-api, holdfast-worker, or holdfast for all roles in one.',
    ),
  OTEL_RESOURCE_ATTRIBUTES: z
    .string()
    .optional()
    .describe('What else traces say of the process, as name=value, separated by commas. Defaults to nothing.'),
  OTEL_TRACES_SAMPLER: z
    .string()
    .optional()
    .describe('Which requests begin a trace, as parentbased_traceidratio. Defaults to parentbased_always_on.'),
  OTEL_TRACES_SAMPLER_ARG: z.string().optional().describe('Share of them, as 0.1. Defaults to 1.'),
  OTEL_SDK_DISABLED: z
    .enum(['true', 'false'])
    .default('false')
    .transform((text) => text === 'true')
    .describe('Switches traces off although a collector is named: true or false. Defaults to false.'),
  HOLDFAST_METRICS_PORT: z.coerce
    .number()
    .int()
    .min(0)
    .max(65_535)
    .default(9464)
    .describe('Port on which a worker or monitor of its own serves its metrics; 0: none. Defaults to 9464.'),
  HOLDFAST_METRICS_HOST: z
    .string()
    .default('127.0.0.1')
    .describe(
      'Address on which it does so; nobody is asked for a key there, so open it to a network of your own only. Defaults to 127.0.0.1.',
    ),
};
