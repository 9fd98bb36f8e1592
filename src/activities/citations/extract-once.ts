import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { artifactRef } from '../../artifacts/store';
import { artifactRef as artifactRefSchema } from '../../tasks/artifact-schema';
import { CITATIONS_EXTRACT, type CitationsInput } from '../../tasks/citations-extract';
import { payloadHash } from '../../tasks/keys';
import type { HandlerContext } from '../handler';
import { makeJobFolder } from '../job-folder';
import type { ProcessPool } from '../process-pool';
import type { CitationJob, Extraction } from './job';
import { bring } from './source';

const recordSchema = z.object({
  /** An {@link Extraction}. */
  extraction: artifactRefSchema,
  /** The text that was read, unless it was in the input. */
  text: artifactRefSchema.optional(),
  source: z.object({ type: z.enum(['text', 'url', 'file']), name: z.string(), fileType: z.string() }),
});
type ExtractionRecord = z.output<typeof recordSchema>;

export type CitationProcesses = ProcessPool<CitationJob, { count: number }>;

interface Extractor {
  readonly pool: CitationProcesses;
  readonly python: string;
  readonly urlHosts: readonly string[];
}

/** Extracts, unless an earlier attempt has: then a page that has changed since changes nothing either. */
export async function extractOnce(
  input: CitationsInput,
  context: HandlerContext,
  extractor: Extractor,
): Promise<ExtractionRecord & { found: Extraction }> {
  const { artifacts } = context;
  // A corrected input is another effect.
  const name = context.effectKey(`extraction-${payloadHash(CITATIONS_EXTRACT, input).slice(0, 16)}`);
  const record = await standing(name, context);
  const stands =
    record ?? recordSchema.parse(await artifacts.putRecord(name, await extract(input, context, extractor)));
  const found = JSON.parse((await artifacts.read(stands.extraction.hash)).toString('utf8')) as Extraction;
  return { ...stands, found };
}

async function standing(name: string, { artifacts, log }: HandlerContext): Promise<ExtractionRecord | undefined> {
  const record = await artifacts.getRecord(name);
  if (record === undefined) return undefined;
  const parsed = recordSchema.parse(record);
  if (await artifacts.has(parsed.extraction.hash)) {
    log.info('an earlier attempt has extracted the citations');
    return parsed;
  }
  await artifacts.removeRecord(name);
  return undefined;
}

async function extract(
  input: CitationsInput,
  context: HandlerContext,
  extractor: Extractor,
): Promise<ExtractionRecord> {
  const { artifacts, signal } = context;
  const folder = await makeJobFolder('citations');
  const inFolder = (name: string) => path.join(folder, name);
  const [sourceFile, text, result] = [inFolder('source'), inFolder('text'), inFolder('result')];
  try {
    context.progress(5, 'reading');
    const source = await bring(input, sourceFile, extractor.urlHosts, context);
    const job = { folder, source: sourceFile, fileType: source.fileType, text, result, python: extractor.python };
    await extractor.pool.run(job, signal, {
      progress: (percent, stage) => context.progress(percent, stage),
      log: (level, message, fields) => context.log[level](message, fields),
    });
    signal.throwIfAborted();
    const extraction = artifactRef(
      await artifacts.put(createReadStream(result)),
      'extraction.json',
      'application/json',
    );
    if (source.type === 'text') return { extraction, source };
    const stored = await artifacts.put(createReadStream(text));
    return { extraction, text: artifactRef(stored, 'text.txt', 'text/plain'), source };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
