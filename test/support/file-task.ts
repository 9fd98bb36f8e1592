import { z } from 'zod';
import type { Handler } from '../../src/activities/attempt/handler';
import { artifactRef as refOf } from '../../src/artifacts/store';
import { artifactRef } from '../../src/tasks/artifact-schema';
import { defineContract } from '../../src/tasks/contract';

/** Writes one file, of any name and media type. */
export const fileContract = defineContract({
  type: 'test.file',
  summary: 'Writes a file.',
  category: 'default',
  input: z.strictObject({ text: z.string(), name: z.string().optional(), mediaType: z.string().optional() }),
  output: z.object({ artifacts: z.object({ file: artifactRef }) }),
  example: { text: 'hello' },
});

export const writeFile: Handler<typeof fileContract> = async ({ text, name, mediaType }, { artifacts }) => {
  const stored = await artifacts.put(Buffer.from(text));
  return { artifacts: { file: refOf(stored, name, mediaType) } };
};
