import { pipeline } from 'node:stream/promises';
import type { ArtifactStore } from '../../artifacts/store';
import type { ArtifactRef } from '../../protocol/task';
import type { Exchange } from '../routing/route';
import { FILE_POLICY } from './security-headers';

/** What may stand in a Content-Type; anything else is sent as plain bytes. */
const MEDIA_TYPE = /^[\w.+-]+\/[\w.+-]+(\s*;\s*[\w.-]+=("[\w .+-]*"|[\w.+-]+))*$/;

/** How the routes that send files describe the other way to send them. */
export const PRESIGNED = {
  description: 'Where the store itself gives the file, for a minute: HOLDFAST_S3_PRESIGN is on.',
  headers: { Location: 'Address of the file in the store.' },
};

/**
 * Streams a file of the artifact store as a download: nothing in it may run in the browser.
 * @throws HoldfastError `not-found`.
 */
export async function sendFile(
  { request, response, revoked }: Exchange,
  store: ArtifactStore,
  { hash, name, mediaType }: Omit<ArtifactRef, 'bytes'>,
): Promise<void> {
  const type = mediaType && MEDIA_TYPE.test(mediaType) ? mediaType : 'application/octet-stream';
  response.attachment(name ?? hash.replace(':', '-'));
  const elsewhere = await store.presigned?.(hash, String(response.getHeader('Content-Disposition')), type);
  if (elsewhere !== undefined) {
    response.removeHeader('Content-Disposition');
    response.set('Cache-Control', 'private, no-store').redirect(302, elsewhere);
    return;
  }
  const { stream, bytes } = await store.open(hash);
  // Express would add a charset that nobody knows.
  response.setHeader('Content-Type', type);
  response.set({
    'Content-Length': String(bytes),
    'Content-Security-Policy': FILE_POLICY,
    // The address may stand for another file after a redrive; the ETag is the content itself.
    'Cache-Control': 'private, no-cache',
    ETag: `"${hash}"`,
  });
  if (request.fresh || request.method === 'HEAD') {
    stream.destroy();
    if (request.fresh) response.status(304).removeHeader('Content-Length');
    response.end();
    return;
  }
  // A caller that hangs up, or whose key was revoked on the way, is no error of ours.
  await pipeline(stream, response, { signal: revoked }).catch((error) => {
    if (!request.destroyed && !response.destroyed) throw error;
  });
}
