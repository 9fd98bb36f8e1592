import { readFile, writeFile } from 'node:fs/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Reporter } from '../shared/process-pool';
import { type Dither, QUALITY_FORMATS } from './contract';
import { decode, type Header, readHeader, refuseTooLarge } from './decode';
import { rowDitherer } from './dithering';
import { encode } from './encode';
import { type ImageJob, type ImageResult, TAKES_LONG } from './job';
import { greyscale, type Pixels } from './pixels';
import { place } from './placement';
import { refuseTooMuchWork, secondsFor } from './work';

/** Longest stretch of computing, in milliseconds, before messages from the parent are looked at. */
const LONGEST_STRETCH = 50;

/** From here on a job takes its turn among the long ones. */
const LONG_SECONDS = 2;

/** How far the task is at the end of each stage, in per cent. */
const DECODED = 30;
const DITHERED = 70;
const ENCODED = 90;

/** Does the whole job, from file to file, one stage after the other. */
export async function convert(job: ImageJob, reporter: Reporter): Promise<ImageResult | typeof TAKES_LONG> {
  const { resize, dither, maxPixels, maxSeconds } = job;
  const file = await readFile(job.source);
  const header = await readHeader(file, maxPixels);
  const placement = place(header, resize);
  refuseTooLarge('The result would have', placement.target, maxPixels);
  const format = job.format ?? (dither ? 'png' : header.format);
  const seconds = secondsFor(header, placement.target, { format, dither });
  refuseTooMuchWork(seconds, maxSeconds);
  if (!job.large && seconds > LONG_SECONDS) return TAKES_LONG;

  const pixels = await decode(file, header, placement, { ...resize, ...(dither && { kernel: 'nearest' }) });
  reporter.log('info', 'decoded the image', { ...header });
  reporter.progress(DECODED, 'decoded');

  if (job.greyscale) greyscale(pixels);
  if (dither) await ditherAll(pixels, dither, reporter);

  warnOfIgnored(job, header, reporter);
  const encoding = { format, quality: job.quality, exact: Boolean(dither), grey: job.greyscale && !dither };
  await writeFile(job.result, await encode(pixels, encoding));
  const { width, height } = pixels;
  reporter.log('info', 'encoded the result', { format, width, height });
  reporter.progress(ENCODED, 'encoded');
  return { format, width, height };
}

async function ditherAll(pixels: Pixels, dither: Dither, reporter: Reporter): Promise<void> {
  const ditherRow = rowDitherer(pixels, dither);
  let stretchEnds = Date.now() + LONGEST_STRETCH;
  for (let y = 0; y < pixels.height; y++) {
    ditherRow(y);
    if (Date.now() < stretchEnds) continue;
    reporter.progress(DECODED + Math.floor(((DITHERED - DECODED) * y) / pixels.height), 'dithering');
    await nextTurn();
    stretchEnds = Date.now() + LONGEST_STRETCH;
  }
  const { algorithm, seed } = dither;
  reporter.log('info', 'dithered the image', { algorithm, ...(seed !== undefined && { seed }) });
  reporter.progress(DITHERED, 'dithered');
}

/** What only the file can tell to be without effect; the contract refuses the rest. */
function warnOfIgnored({ format, quality }: ImageJob, header: Header, reporter: Reporter): void {
  if (header.pages > 1) {
    reporter.log('warn', 'converts the first frame or page only', { pages: header.pages });
  }
  if (quality !== undefined && !format && !QUALITY_FORMATS.includes(header.format)) {
    reporter.log('warn', 'ignores the quality: the format of the image has none', { format: header.format });
  }
}
