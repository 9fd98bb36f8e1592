import { z } from 'zod';
import {
  createDocument,
  type ZodOpenApiObject,
  type ZodOpenApiOperationObject,
  type ZodOpenApiResponsesObject,
} from 'zod-openapi';
import { VERSION } from '../version';
import { PROBLEMS, type ProblemCode } from './http/problems';
import { type AnswerDoc, type Route, TAGS } from './routing/route';
import { problemSchema } from './schemas/problem';

/** What any route may answer. */
const EVERYWHERE: readonly ProblemCode[] = [
  'malformed-request',
  'forbidden',
  'request-timeout',
  'headers-too-large',
  'internal',
];
const GUARDED: readonly ProblemCode[] = [
  'unauthorized',
  'too-many-requests',
  'unavailable',
  'storage-unavailable',
  'encryption-key-unknown',
  'damaged',
];
const WITH_BODY: readonly ProblemCode[] = [
  'invalid-request',
  'too-large',
  'unsupported-media-type',
  'storage-full',
  'storage-unavailable',
];

/** The OpenAPI 3.1 document of the routes. */
export function createOpenApi(routes: readonly Route[]): ReturnType<typeof createDocument> {
  const paths: ZodOpenApiObject['paths'] = {};
  for (const route of routes) {
    paths[route.path] = { ...paths[route.path], [route.method]: operationOf(route, routes) };
  }
  return createDocument({
    openapi: '3.1.0',
    info: {
      title: 'Holdfast',
      version: VERSION,
      description:
        'Background work that cannot get lost, run twice by accident, or hang unseen. Errors are problem+json (RFC 9457).',
    },
    components: {
      securitySchemes: {
        key: {
          type: 'http',
          scheme: 'bearer',
          description: 'An API key: `Authorization: Bearer hf_…`. While none exists, callers on this host need none.',
        },
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: 'holdfast_session',
          description:
            'From POST /v1/session; over TLS its name is __Host-holdfast_session. Writes need X-CSRF-Token besides.',
        },
      },
    },
    tags: TAGS.map((name) => ({ name })),
    paths,
  });
}

function operationOf(route: Route, routes: readonly Route[]): ZodOpenApiOperationObject {
  const { id, tag, summary, description, params, query, headers } = route;
  return {
    operationId: id,
    tags: [tag],
    summary,
    ...(description && { description }),
    requestParams: {
      ...(params && { path: params as z.ZodObject }),
      ...(query && { query: query as z.ZodObject }),
      ...(headers && { header: headers }),
    },
    ...securityOf(route),
    ...bodyOf(route),
    responses: {
      ...Object.fromEntries(Object.entries(route.answers).map(([status, doc]) => [status, answerOf(doc, routes)])),
      ...problemsOf(route),
    } as ZodOpenApiResponsesObject,
  };
}

/** The scope as OpenAPI 3.1 lets one say it for any scheme, and what the route is about for those who check. */
function securityOf({ access }: Route) {
  if (access === 'open') return { security: [], 'x-holdfast-access': 'open' };
  const { scope, over } = access;
  return { security: [{ key: [scope] }, { session: [scope] }], 'x-holdfast-access': { scope, over } };
}

function bodyOf({
  body,
  documentedBody,
  examples = {},
  upload,
}: Route): Pick<ZodOpenApiOperationObject, 'requestBody'> {
  if (upload) return { requestBody: { required: false, content: { '*/*': {} } } };
  if (!body) return {};
  const required = !body.safeParse(undefined).success;
  const named = Object.entries(examples).map(([name, value]) => [name, { value }]);
  return {
    requestBody: {
      required,
      content: {
        'application/json': {
          schema: documentedBody ?? body,
          ...(named.length > 0 && { examples: Object.fromEntries(named) }),
        },
      },
    },
  };
}

function answerOf({ description, content, headers, task }: AnswerDoc, routes: readonly Route[]) {
  return {
    description,
    ...(content && {
      content: Object.fromEntries(Object.entries(content).map(([type, schema]) => [type, { schema }])),
    }),
    ...(headers && {
      headers: z.object(
        Object.fromEntries(Object.entries(headers).map(([name, text]) => [name, z.string().optional().describe(text)])),
      ),
    }),
    ...(task && { links: linksTo(routes) }),
  };
}

/** From a task one gets to every call that takes its ID and nothing else from the path. */
function linksTo(routes: readonly Route[]) {
  const onTask = routes.filter(({ path }) => /^\/v1\/tasks\/\{id\}(\/[a-z]+)?$/.test(path));
  return Object.fromEntries(
    onTask.map(({ id }) => [id, { operationId: id, parameters: { id: '$response.body#/id' } }]),
  );
}

/** Problems by status: several codes may share one. */
function problemsOf({ problems = [], body, access, params }: Route) {
  const byStatus = new Map<number, string[]>();
  for (const code of new Set([
    ...EVERYWHERE,
    ...(access === 'open' ? [] : GUARDED),
    ...(body ? WITH_BODY : []),
    // A name that cannot be one is nobody's.
    ...(params ? (['not-found'] as const) : []),
    ...problems,
  ])) {
    const { status, title } = PROBLEMS[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), `${title} (\`${code}\`).`]);
  }
  return Object.fromEntries(
    [...byStatus].map(([status, texts]) => [
      status,
      { description: texts.join(' '), content: { 'application/problem+json': { schema: problemSchema } } },
    ]),
  );
}
