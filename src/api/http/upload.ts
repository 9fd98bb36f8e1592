import { PassThrough, type Readable } from 'node:stream';
import type { Request } from 'express';
import { sendContinue } from './expectation';
import { Problem } from './problems';

/** Afterwards the work on it counts, not the sender. */
const SILENT_MS = 150_000;
/** Silence after which an upload counts as given up, in seconds. */
const SILENCE = 30;
/** How long the rest of a refused upload is read and thrown away, so that its sender gets to see the refusal. */
const DRAIN_MS = 10_000;

/**
 * Streams a request's body into `consume`, never more of it in memory than a piece.
 * @param revoked Aborted when the caller's key or session no longer holds.
 * @throws Problem `unsupported-media-type`, `too-large`, `request-timeout`, `unauthorized`; what `consume` throws.
 */
export async function receive<T>(
  request: Request,
  limit: number,
  consume: (body: Readable) => Promise<T>,
  revoked?: AbortSignal,
): Promise<T> {
  refuseForms(request);
  if (Number(request.get('Content-Length') ?? 0) > limit) {
    drain(request);
    throw new Problem('too-large', `The file is larger than ${limit} bytes.`);
  }
  sendContinue(request);
  // A stream of its own: the consumer destroys what it does not finish, and the answer still needs the socket.
  const body = new PassThrough();
  request.once('error', (cause) => body.destroy(cause));
  const refuse = () =>
    body.destroy(new Problem('unauthorized', 'The key or session ended before the file had arrived.'));
  revoked?.addEventListener('abort', refuse, { once: true });
  request.setTimeout(SILENCE * 1000, () => {
    body.destroy(new Problem('request-timeout', `Nothing more of the file arrived for ${SILENCE} s.`));
  });
  try {
    return await consume(request.pipe(body));
  } catch (error) {
    request.unpipe(body);
    drain(request);
    throw error;
  } finally {
    revoked?.removeEventListener('abort', refuse);
    request.setTimeout(SILENT_MS);
  }
}

/** What curl and browsers make of a file unless it is named is not the file. */
function refuseForms(request: Request): void {
  if (request.is(['multipart/*', 'application/x-www-form-urlencoded'])) {
    throw new Problem(
      'unsupported-media-type',
      "Send the file itself as the body, with its own Content-Type, not a form: curl --data-binary @FILE -H 'Content-Type: image/png'.",
    );
  }
  const encoding = request.get('Content-Encoding');
  if (encoding !== undefined && encoding !== 'identity') {
    throw new Problem('unsupported-media-type', 'Send the file without a Content-Encoding.');
  }
}

function drain(request: Request): void {
  request.resume();
  const timer = setTimeout(() => request.destroy(), DRAIN_MS);
  request.once('close', () => clearTimeout(timer));
}
