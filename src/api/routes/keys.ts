import { z } from 'zod';
import { type Caller, sees, signature, tenantFor } from '../../access/caller';
import type { MadeKey } from '../../access/keys';
import { mayHandOut } from '../../access/scopes';
import { HoldfastError } from '../../errors';
import type { RouteDeps } from '../deps';
import { Problem } from '../http/problems';
import { type AnswerDoc, defineRoute, type Route } from '../routing/route';
import { keySchema, keyWithSecret, newKeyOrder, revocationOrder, rotationOrder } from '../schemas/key';
import { pathName } from '../schemas/parameters';

const params = z.object({ id: pathName.describe('ID of the key.') });
const access = { scope: 'admin', over: 'own' } as const;
const tag = 'Access';
/** Of one tenant, so many times the most that may hold, with those that have been rotated and overlap. */
const WITH_OVERLAPPING = 2;

/** The keys of the caller's tenant; the installation's own keys see all. */
export function keyRoutes({ keys, limits }: RouteDeps): Route[] {
  return [
    defineRoute({
      method: 'post',
      path: '/v1/keys',
      id: 'createKey',
      tag,
      access,
      summary: 'Make an API key',
      description: 'The first one is made on the command line: `holdfast keys create`.',
      body: newKeyOrder,
      examples: { 'for a service': { name: 'billing', scopes: ['submit:image.convert', 'read'] } },
      answers: {
        201: { ...answer('The key, with its secret.', keyWithSecret), headers: { Location: 'Its address.' } },
      },
      problems: ['unavailable', 'state-conflict'],
      handle: async ({ body }, { caller }) => {
        const by = mustBeKey(caller);
        const excess = body.scopes.find((scope) => !mayHandOut(caller.scopes, scope));
        if (excess !== undefined) throw new Problem('forbidden', `This key has no scope ${excess} to hand out.`);
        const tenant = tenantFor(caller, body.tenant);
        // Each key has limits of its own: many of them would have many times as much.
        await mustHaveRoom(tenant, limits.keys);
        const { name, scopes, expiresAt } = body;
        const made = await keys.create(
          {
            name,
            scopes,
            ...(tenant !== undefined && { tenant }),
            ...(expiresAt !== undefined && { expiresAt: new Date(expiresAt).toISOString() }),
          },
          by,
        );
        return { status: 201, headers: { Location: `/v1/keys/${made.key.id}` }, body: withSecret(made) };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/v1/keys',
      id: 'listKeys',
      tag,
      access,
      summary: 'List the API keys',
      answers: {
        200: answer('All of them, the oldest first; never their secrets.', z.object({ keys: z.array(keySchema) })),
      },
      problems: ['unavailable'],
      handle: async (_checked, { caller }) => ({
        status: 200,
        body: { keys: (await keys.list()).filter(({ tenant }) => sees(caller, tenant)) },
      }),
    }),
    defineRoute({
      method: 'get',
      path: '/v1/keys/{id}',
      id: 'readKey',
      tag,
      access,
      summary: 'Read an API key',
      params,
      answers: { 200: answer('The key.', keySchema) },
      problems: ['not-found', 'unavailable'],
      handle: async ({ params: { id } }, { caller }) => ({ status: 200, body: await own(caller, id) }),
    }),
    defineRoute({
      method: 'post',
      path: '/v1/keys/{id}/rotate',
      id: 'rotateKey',
      tag,
      access,
      summary: 'Make the key that comes after this one; both hold until the overlap is over',
      params,
      body: rotationOrder,
      answers: { 201: answer('The new key, with its secret.', keyWithSecret) },
      problems: ['not-found', 'state-conflict', 'unavailable'],
      handle: async ({ params: { id }, body: { overlapSeconds } }, { caller }) => {
        const by = mustBeKey(caller);
        const { tenant } = await own(caller, id);
        // Those that overlap count too: a key that comes after another can be rotated as well.
        await mustHaveRoom(tenant, limits.keys * WITH_OVERLAPPING);
        return { status: 201, body: withSecret(await keys.rotate(id, overlapSeconds, by)) };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/v1/keys/{id}/revoke',
      id: 'revokeKey',
      tag,
      access,
      summary: 'End a key: within two seconds it opens nothing any more, at any API process',
      params,
      body: revocationOrder,
      answers: { 200: answer('The key.', keySchema) },
      problems: ['not-found', 'unavailable'],
      handle: async ({ params: { id }, body: { reason } }, { caller }) => {
        const by = mustBeKey(caller);
        await own(caller, id);
        return { status: 200, body: await keys.revoke(id, by, reason) };
      },
    }),
  ];

  /** @throws HoldfastError `state-conflict` when a tenant has as many keys that hold. */
  async function mustHaveRoom(tenant: string | undefined, most: number): Promise<void> {
    if (tenant === undefined) return;
    const holding = (await keys.list()).filter((one) => one.state === 'active' && one.tenant === tenant).length;
    if (holding < most) return;
    const message = `The tenant ${tenant} has ${holding} keys that hold, the most that there may be; revoke some.`;
    throw new HoldfastError('state-conflict', message);
  }

  /** @throws HoldfastError `not-found`, also for another tenant's. */
  async function own(caller: Caller, id: string) {
    const key = await keys.read(id);
    if (!sees(caller, key.tenant)) throw new HoldfastError('not-found', `There is no key ${id}.`);
    return key;
  }
}

/** Whoever is on this host without a key could lock everybody else out. */
function mustBeKey(caller: Caller): string {
  const by = signature(caller);
  if (by === undefined) {
    throw new Problem(
      'forbidden',
      'There is no key yet: the first is made on the command line, with holdfast keys create.',
    );
  }
  return by;
}

function withSecret({ key, secret }: MadeKey) {
  return { ...key, secret };
}

function answer(description: string, schema: z.ZodType): AnswerDoc {
  return { description, content: { 'application/json': schema } };
}
