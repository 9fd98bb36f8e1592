import { createWriteStream } from 'node:fs';
import { stat, writeFile } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { HandlerContext } from '../../activities/attempt/handler';
import { TaskFailure } from '../../tasks/failures';
import { type CitationsInput, FILE_TOO_LARGE, FILE_TYPES, type FileType, fileTypeOf, MAX_FILE_BYTES } from './contract';
import { fetchPage } from './fetch-page';

/** What a text comes from. */
export interface Source {
  readonly type: 'text' | 'url' | 'file';
  readonly name: string;
  readonly fileType: FileType;
  /** The character set that it is said to be in. */
  readonly charset?: string | undefined;
}

const BY_MEDIA_TYPE: Readonly<Record<string, FileType>> = {
  'text/html': '.html',
  'application/xhtml+xml': '.html',
  'text/plain': '.txt',
  'text/markdown': '.md',
  'application/pdf': '.pdf',
  'application/rtf': '.rtf',
  'text/rtf': '.rtf',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': '.docx',
};

/** Brings what the input names to a file. @throws TaskFailure; `HoldfastError` `not-found` for a missing artifact. */
export async function bring(
  { text, url, file }: CitationsInput,
  target: string,
  urlHosts: readonly string[],
  context: HandlerContext,
): Promise<Source> {
  if (text !== undefined) {
    // With a mark, so that one that the text itself begins with stays a part of it.
    await writeFile(target, `\ufeff${text}`);
    return { type: 'text', name: 'text', fileType: '.txt' };
  }
  if (url !== undefined) return fetchTo(target, url, urlHosts, context);
  if (!file) throw new TaskFailure('PERMANENT_VALIDATION', 'No file provided');
  if ('base64' in file) await writeFile(target, file.base64, 'base64');
  else await copyTo(target, file.artifact, context);
  const fileType = fileTypeOf(file.name) ?? '.txt';
  return { type: 'file', name: file.name, fileType };
}

async function copyTo(target: string, hash: string, { artifacts, signal }: HandlerContext): Promise<void> {
  const { stream, bytes } = await artifacts.open(hash);
  if (bytes > MAX_FILE_BYTES) {
    stream.destroy();
    throw new TaskFailure('PERMANENT_VALIDATION', FILE_TOO_LARGE);
  }
  await pipeline(stream, createWriteStream(target), { signal });
}

async function fetchTo(
  target: string,
  url: string,
  urlHosts: readonly string[],
  context: HandlerContext,
): Promise<Source> {
  const { signal } = context;
  const page = await fetchPage(url, { file: target, allowed: urlHosts, signal, guard: context.guard });
  const { size } = await stat(target);
  if (size === 0) throw new TaskFailure('PERMANENT_VALIDATION', 'The page is empty.');
  const fileType = BY_MEDIA_TYPE[page.mediaType] ?? fileTypeOf(page.url.pathname);
  context.log.info('fetched the page', { url: page.url.href, mediaType: page.mediaType, bytes: size });
  if (fileType) return { type: 'url', name: url, fileType, charset: page.charset };
  const what = page.mediaType || 'a page of unknown type';
  throw new TaskFailure(
    'PERMANENT_VALIDATION',
    `The address leads to ${what}, which cannot be read. It can be one of ${FILE_TYPES.join(', ')}.`,
  );
}
