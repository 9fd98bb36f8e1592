import { createReadStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { HandlerContext } from '../../activities/attempt/handler';
import { artifactRef } from '../../artifacts/store';
import { artifactRef as artifactRefSchema } from '../../tasks/artifact-schema';
import { TaskFailure } from '../../tasks/failures';
import { payloadHash } from '../../tasks/keys';
import { makeJobFolder } from '../shared/job-folder';
import type { ProcessPool, Reporter } from '../shared/process-pool';
import { CITATIONS_EXTRACT, type CitationsInput, type FileType } from './contract';
import type { CitationJob, Extraction } from './job';
import { bring } from './source';

/** The stage of a job in which its file is read, and how long that may take, in seconds. */
const READING = 'reading';
const READING_SECONDS = 120;

/** From so many bytes on a text takes long. */
const LARGE_BYTES = 256 * 1024;
const PACKED: readonly FileType[] = ['.pdf', '.docx'];

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
    const job = {
      folder,
      source: sourceFile,
      fileType: source.fileType,
      charset: source.charset,
      text,
      result,
      python: extractor.python,
    };
    await inTime(job, extractor.pool, context);
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

/** Runs the job; what is read for too long is ended, and so is its process. */
async function inTime(job: CitationJob, pool: CitationProcesses, context: HandlerContext): Promise<void> {
  const late = new AbortController();
  const end = () =>
    late.abort(
      new TaskFailure(
        'PERMANENT_VALIDATION',
        `The file cannot be read as ${job.fileType} within ${READING_SECONDS} s. Split it, or send its text.`,
      ),
    );
  let timer: NodeJS.Timeout | undefined;
  const reporter: Reporter = {
    progress: (percent, stage) => {
      clearTimeout(timer);
      if (stage === READING) timer = setTimeout(end, READING_SECONDS * 1000);
      context.progress(percent, stage);
    },
    log: (level, message, fields) => context.log[level](message, fields),
  };
  const signal = AbortSignal.any([context.signal, late.signal]);
  try {
    // What is packed may be large however small it looks.
    const isLarge = PACKED.includes(job.fileType) || (await stat(job.source)).size > LARGE_BYTES;
    await (isLarge ? pool.runLarge(job, signal, reporter) : pool.run(job, signal, reporter));
  } finally {
    clearTimeout(timer);
  }
}
