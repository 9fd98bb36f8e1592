import { Readable } from 'node:stream';
import { z } from 'zod';
import { artifactRef as refOf } from '../../artifacts/store';
import { artifactHash, artifactRef } from '../../tasks/artifact-schema';
import { Meter } from '../access/meter';
import type { RouteDeps } from '../deps';
import { PRESIGNED, sendFile } from '../http/send-file';
import { receive } from '../http/upload';
import { defineRoute, type Route } from '../routing/route';
import { fileBytes } from './answers';

const name = z
  .string()
  .regex(
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones that are refused.
    /^[^/\\\u0000-\u001f\u007f-\u009f]{1,255}$/,
    'must be 1 to 255 characters without slashes and control characters',
  )
  .optional()
  .describe('File name, for people.');

export function fileRoutes({ artifacts, maxUploadBytes, owned, quotas }: RouteDeps): Route[] {
  return [
    defineRoute({
      method: 'post',
      path: '/v1/files',
      id: 'uploadFile',
      access: { scope: 'submit', over: 'own' },
      tag: 'Files',
      summary: 'Upload a file',
      description: `The body is the file itself, of any media type, at most ${maxUploadBytes} bytes. Its address is the hash of its content: the same file twice is one file.`,
      query: z.strictObject({ name }),
      upload: true,
      answers: {
        201: {
          description: 'The file is stored. Tasks take its hash as input.',
          content: { 'application/json': artifactRef.meta({ id: 'File' }) },
          headers: { Location: 'Address of the file.' },
        },
      },
      problems: ['too-large', 'unsupported-media-type', 'storage-full', 'storage-unavailable', 'too-many-requests'],
      unhurried: true,
      handle: async ({ query }, { request, response, caller, revoked }) => {
        const { tenant } = caller;
        const announced = Number(request.get('Content-Length') ?? 1);
        const meter = new Meter([quotas.tenantBytes, quotas.bytes], caller, response);
        await meter.check(announced);
        const store = (body: Readable) =>
          artifacts.put(Readable.from(meter.through(body), { objectMode: false }), maxUploadBytes);
        const stored = await receive(request, maxUploadBytes, store, revoked).catch(async (error) => {
          await meter.giveBack();
          throw error;
        });
        if (tenant !== undefined) await owned.add('file', tenant, stored.hash);
        const mediaType = request.get('Content-Type') || 'application/octet-stream';
        return {
          status: 201,
          headers: { Location: `/v1/files/${encodeURIComponent(stored.hash)}` },
          body: refOf(stored, query.name, mediaType),
        };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/v1/files/{hash}',
      id: 'readFile',
      access: { scope: 'read', over: 'file' },
      tag: 'Files',
      summary: 'Download a file',
      description: 'The store keeps bytes only: the answer is application/octet-stream.',
      params: z.object({ hash: artifactHash }),
      query: z.strictObject({ name }),
      answers: {
        200: {
          description: 'The file.',
          content: { 'application/octet-stream': fileBytes },
          headers: { ETag: 'Its hash.', 'Content-Disposition': 'Its file name.' },
        },
        302: PRESIGNED,
        304: { description: 'The caller has it: If-None-Match named its hash.' },
      },
      problems: ['not-found', 'storage-unavailable'],
      unhurried: true,
      handle: async ({ params: { hash }, query }, exchange) => {
        await sendFile(exchange, artifacts, { hash, ...(query.name !== undefined && { name: query.name }) });
        return undefined;
      },
    }),
  ];
}
