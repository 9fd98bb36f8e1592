import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Handler, HandlerContext } from '../../activities/attempt/handler';
import { artifactRef } from '../../artifacts/store';
import { TaskFailure } from '../../tasks/failures';
import { makeJobFolder } from '../shared/job-folder';
import { ProcessPool, type Reporter } from '../shared/process-pool';
import type { Dither, ImageConvertInput, imageConvert } from './contract';
import { type ImageJob, type ImageResult, TAKES_LONG } from './job';
import { convertOnce } from './recorded';

/** JavaScript heap of one process, in MiB. Pixels lie outside of it and are bounded by the pixel cap. */
const HEAP_MIB = 256;

const MAX_SECONDS = 60;

/** Memory of one process, in MiB, beside what the pixels take: code, heap, and the file. */
const BASE_MIB = 768;
/** Bytes that decoding, scaling and encoding one pixel take together at most; AVIF takes the most. */
const BYTES_A_PIXEL = 48;

/** Largest image file, in bytes; its process holds it in memory. */
const MAX_FILE_BYTES = 256 * 1024 * 1024;

type ImageProcesses = ProcessPool<ImageJob, ImageResult | typeof TAKES_LONG>;

interface ImageConvertOptions {
  /** Cap on width × height, of the image and of the result. */
  readonly maxPixels: number;
  /** Cap on what a conversion computes, in seconds of one core, about. Defaults to 60. */
  readonly maxSeconds?: number | undefined;
  /** Most child processes at once. Defaults to one less than the cores, but at least 2. */
  readonly processes?: number;
}

/** The handler of `image.convert`. `close` ends its child processes; without it they end with this process. */
export function createImageConvert({ maxPixels, maxSeconds = MAX_SECONDS, processes }: ImageConvertOptions): {
  handler: Handler<typeof imageConvert>;
  close(): Promise<void>;
} {
  const pool: ImageProcesses = new ProcessPool({
    name: 'image',
    script: 'image-convert/process.js',
    method: 'convert',
    heap: HEAP_MIB,
    memory: BASE_MIB + Math.ceil((maxPixels * BYTES_A_PIXEL) / 2 ** 20),
    count: processes,
  });
  const handler: Handler<typeof imageConvert> = (input, context) =>
    convertOnce(input, context, async () => {
      const folder = await makeJobFolder('image');
      try {
        return await convert(input, context, { pool, maxPixels, maxSeconds, folder });
      } catch (error) {
        context.signal.throwIfAborted();
        throw error;
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    });
  return { handler, close: () => pool.close() };
}

async function convert(
  { image, ...operations }: ImageConvertInput,
  context: HandlerContext,
  { pool, folder, ...most }: { pool: ImageProcesses; maxPixels: number; maxSeconds: number; folder: string },
): ReturnType<Handler<typeof imageConvert>> {
  const source = path.join(folder, 'source');
  const result = path.join(folder, 'result');
  context.progress(5, 'reading');
  await read(image, source, context);

  const dither = operations.dither && withSeed(operations.dither, context);
  const job: ImageJob = { ...operations, dither, folder, source, result, ...most };
  const { width, height, format } = await inTurn(job, pool, context);

  context.signal.throwIfAborted();
  const stored = await context.artifacts.put(createReadStream(result));
  context.progress(100, 'stored');
  context.log.info('stored the result', stored);
  return {
    artifacts: { image: artifactRef(stored, `image.${format}`, `image/${format}`) },
    width,
    height,
    format,
    ...stored,
    ...(dither?.seed !== undefined && { seed: dither.seed }),
  };
}

/** Small images are never behind as many large ones as there are processes. */
async function inTurn(job: ImageJob, pool: ImageProcesses, context: HandlerContext): Promise<ImageResult> {
  const { signal, log } = context;
  const reporter: Reporter = {
    progress: (percent, stage) => context.progress(percent, stage),
    log: (level, message, fields) => log[level](message, fields),
  };
  const done = await pool.run(job, signal, reporter);
  if (done !== TAKES_LONG) return done;
  log.info('waits for its turn among the large images');
  return (await pool.runLarge({ ...job, large: true }, signal, reporter)) as ImageResult;
}

/** Brings the image to a file. A missing artifact throws `HoldfastError` `not-found`. */
async function read(image: ImageConvertInput['image'], file: string, context: HandlerContext): Promise<void> {
  if ('base64' in image) {
    await writeFile(file, image.base64, 'base64');
    context.log.info('read the image', { from: 'input' });
    return;
  }
  const { stream, bytes } = await context.artifacts.open(image.artifact);
  if (bytes > MAX_FILE_BYTES) {
    stream.destroy();
    throw new TaskFailure(
      'PERMANENT_VALIDATION',
      `The image file has ${bytes} bytes, more than the ${MAX_FILE_BYTES} allowed. Send a smaller one.`,
    );
  }
  await pipeline(stream, createWriteStream(file), { signal: context.signal });
  context.log.info('read the image', { from: image.artifact, bytes });
}

/** Random dithering without a seed gets one from the effect key: a retry must write the same bytes. */
function withSeed(dither: Dither, context: HandlerContext): Dither {
  if (dither.algorithm !== 'random' || dither.seed !== undefined) return dither;
  return { ...dither, seed: createHash('sha256').update(context.effectKey('dither-seed')).digest().readUInt32BE() };
}
