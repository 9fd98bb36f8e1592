import { createWriteStream } from 'node:fs';
import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import { Transform, type TransformCallback } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { TaskFailure } from '../../tasks/failures';
import { hostDependency } from '../shared/host-dependency';
import { isAllowedHost, refusedUrl } from '../shared/public-address';
import { SafeAddresses } from '../shared/safe-address';
import { encodingsOf, unpackers } from '../shared/unpack';
import { FILE_TOO_LARGE, MAX_FILE_BYTES } from './contract';

/** Seconds from the first byte asked for to the last one read, redirects included. */
const TIME_LIMIT = 60;
const MOST_REDIRECTS = 5;

const PUBLIC = new SafeAddresses();

interface FetchOptions {
  /** Where the page goes to. */
  readonly file: string;
  /** Hosts that may be fetched although they are not public. */
  readonly allowed: readonly string[];
  readonly signal: AbortSignal;
  /** Makes each call under the breaker of its host. */
  guard<T>(dependency: string, call: () => Promise<T>, options: { perTenant: true }): Promise<T>;
}

/** What came back. */
export interface FetchedPage {
  /** After redirects. */
  readonly url: URL;
  /** In lower case, without parameters. */
  readonly mediaType: string;
  /** The character set that the server has named. */
  readonly charset: string | undefined;
}

/** An answer that is no page, with what the failure tables look at. */
class PageRefused extends Error {
  override readonly name = 'PageRefused';

  constructor(
    url: URL,
    readonly status: number,
    readonly headers: IncomingMessage['headers'],
  ) {
    super(`${url.origin} answered ${status}.`);
  }
}

/**
 * Fetches a page into a file. Only from public addresses, which is checked for each redirect, and again for the
 * address that a connection is made to.
 * @throws TaskFailure PERMANENT_PERMISSION for an address that must not be fetched, PERMANENT_VALIDATION for a page
 * that is too large; PageRefused and errors of the network.
 */
export async function fetchPage(address: string, options: FetchOptions): Promise<FetchedPage> {
  const signal = AbortSignal.any([options.signal, AbortSignal.timeout(TIME_LIMIT * 1000)]);
  let url = new URL(address);
  for (let hop = 0; hop <= MOST_REDIRECTS; hop++) {
    const refused = refusedUrl(url.href, options.allowed);
    if (refused) throw new TaskFailure('PERMANENT_PERMISSION', refused);
    const next = await options.guard(hostDependency(url), () => visit(url, { ...options, signal }), {
      perTenant: true,
    });
    if (!(next instanceof URL)) return next;
    url = next;
  }
  throw new TaskFailure('PERMANENT_VALIDATION', `${address} redirects more than ${MOST_REDIRECTS} times.`);
}

/** One hop: the page, or where it is said to be. */
async function visit(url: URL, { file, allowed, signal }: FetchOptions): Promise<FetchedPage | URL> {
  const response = await request(url, allowed, signal);
  const { statusCode: status = 0, headers } = response;
  if (status >= 300 && status < 400 && headers.location && URL.canParse(headers.location, url.href)) {
    response.destroy();
    return new URL(headers.location, url);
  }
  if (status !== 200) {
    response.destroy();
    throw new PageRefused(url, status, headers);
  }
  const encodings = encodingsOf(headers['content-encoding']);
  const first = encodings.length > 0 ? await firstOf(response) : Buffer.alloc(0);
  const stages = unpackers(encodings, first);
  if (!stages) {
    response.destroy();
    const message = `The page comes packed as ${encodings.join(', ')}, which nobody asked for and which cannot be unpacked.`;
    throw new TaskFailure('PERMANENT_VALIDATION', message);
  }
  await pipeline([response, ...stages, new SizeLimit(), createWriteStream(file)], { signal });
  const contentType = headers['content-type'] ?? '';
  return {
    url,
    mediaType: contentType.split(';', 1)[0]?.trim().toLowerCase() ?? '',
    charset: /;\s{0,5}charset\s{0,5}=\s{0,5}["']?([\w:.-]+)/i.exec(contentType)?.[1],
  };
}

/** The first piece of an answer, which stays in it. */
async function firstOf(response: IncomingMessage): Promise<Buffer> {
  await new Promise<void>((resolve, reject) => {
    response.once('readable', resolve);
    response.once('end', resolve);
    response.once('error', reject);
  });
  const piece = (response.read() as Buffer | null) ?? Buffer.alloc(0);
  if (piece.length > 0) response.unshift(piece);
  return piece;
}

function request(url: URL, allowed: readonly string[], signal: AbortSignal): Promise<IncomingMessage> {
  const { get } = url.protocol === 'https:' ? https : http;
  const lookup = isAllowedHost(url, allowed) ? undefined : PUBLIC.lookup;
  return new Promise((resolve, reject) => {
    // An agent of its own: a kept connection would have been checked for another name.
    const options = {
      agent: false,
      signal,
      headers: { Accept: '*/*', 'User-Agent': 'holdfast' },
      ...(lookup && { lookup }),
    };
    get(url, options, resolve).on('error', reject);
  });
}

class SizeLimit extends Transform {
  private bytes = 0;

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.bytes += chunk.length;
    if (this.bytes > MAX_FILE_BYTES) done(new TaskFailure('PERMANENT_VALIDATION', FILE_TOO_LARGE));
    else done(null, chunk);
  }
}
