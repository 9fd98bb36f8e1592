import { z } from 'zod';
import { HoldfastError } from '../../errors';
import type { ArtifactRef } from '../../protocol/task';
import { artifactRef } from '../../tasks/artifact-schema';
import type { RouteDeps } from '../deps';
import { inTime } from '../http/budget';
import { PRESIGNED, sendFile } from '../http/send-file';
import { defineRoute, type Route } from '../routing/route';
import { pathName, taskIdParams } from '../schemas/parameters';
import { fileBytes, TEMPORAL, taskUrl } from './answers';

const artifactsSchema = z
  .object({
    artifacts: z.array(
      z.object({
        name: pathName.describe('Its name in the result, or in the failure.'),
        file: artifactRef,
        url: z.string(),
      }),
    ),
  })
  .meta({ id: 'Artifacts' });

const holderSchema = z.object({ artifacts: z.record(z.string(), z.unknown()) });

export function artifactRoutes({ tasks, artifacts: store, answerWithin, owned }: RouteDeps): Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/v1/tasks/{id}/artifacts',
      id: 'listArtifacts',
      access: { scope: 'read', over: 'task' },
      tag: 'Tasks',
      summary: 'List the files that a task made',
      params: taskIdParams,
      answers: { 200: { description: 'The files.', content: { 'application/json': artifactsSchema } } },
      problems: [...TEMPORAL, 'task-not-found'],
      handle: async ({ params: { id } }, { caller: { tenant } }) => {
        const files = [...(await filesOf(id))];
        // What a tenant's task made is the tenant's to use.
        if (tenant !== undefined) for (const [, { hash }] of files) await owned.add('file', tenant, hash);
        const url = (name: string) => `${taskUrl({ id })}/artifacts/${encodeURIComponent(name)}`;
        return { status: 200, body: { artifacts: files.map(([name, file]) => ({ name, file, url: url(name) })) } };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/v1/tasks/{id}/artifacts/{name}',
      id: 'readArtifact',
      access: { scope: 'read', over: 'task' },
      tag: 'Tasks',
      summary: 'Download a file that a task made',
      params: taskIdParams.extend({
        name: pathName.describe('Name under `artifacts` in the result, or in the failure.'),
      }),
      answers: {
        200: {
          description: 'The file, as its own media type.',
          content: { '*/*': fileBytes },
          headers: { ETag: 'Its hash.', 'Content-Disposition': 'Its file name.' },
        },
        302: PRESIGNED,
        304: { description: 'The caller has it: If-None-Match named its hash.' },
      },
      problems: [...TEMPORAL, 'task-not-found', 'not-found', 'storage-unavailable'],
      unhurried: true,
      handle: async ({ params: { id, name } }, exchange) => {
        const files = await filesOf(id);
        const file = files.get(name);
        if (!file) {
          const names = [...files.keys()].join(', ') || 'none yet';
          throw new HoldfastError('not-found', `The task has no artifact "${name}"; it has: ${names}.`, { taskId: id });
        }
        await sendFile(exchange, store, { ...file, name: file.name ?? name });
        return undefined;
      },
    }),
  ];

  async function filesOf(taskId: string): Promise<Map<string, ArtifactRef>> {
    const { result, failure } = await inTime(answerWithin, tasks.read(taskId));
    const parsed = holderSchema.safeParse(failure ?? result);
    const files = new Map<string, ArtifactRef>();
    for (const [name, value] of Object.entries(parsed.data?.artifacts ?? {})) {
      const ref = artifactRef.safeParse(value);
      if (ref.success) files.set(name, ref.data as ArtifactRef);
    }
    return files;
  }
}
