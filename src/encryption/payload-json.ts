import type { Payload } from '@temporalio/common';
import { z } from 'zod';

/** Base64 as JSON of protocol buffers has it: either alphabet, with or without padding. */
const base64 = z.string().regex(/^[A-Za-z0-9+/_-]*={0,2}$/, 'must be base64');

/** A payload as Temporal's HTTP API, command line and Web UI write it in JSON. */
export const payloadSchema = z.object({
  metadata: z.record(z.string(), base64).optional(),
  data: base64.optional(),
});

export type PayloadJson = z.output<typeof payloadSchema>;

export function payloadFromJson({ metadata = {}, data = '' }: PayloadJson): Payload {
  return {
    metadata: Object.fromEntries(Object.entries(metadata).map(([name, value]) => [name, Buffer.from(value, 'base64')])),
    data: Buffer.from(data, 'base64'),
  };
}

export function payloadToJson({ metadata, data }: Payload): PayloadJson {
  const entries = Object.entries(metadata ?? {});
  return {
    metadata: Object.fromEntries(entries.map(([name, value]) => [name, Buffer.from(value ?? []).toString('base64')])),
    data: Buffer.from(data ?? []).toString('base64'),
  };
}
