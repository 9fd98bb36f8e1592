import type { Request, Response } from 'express';
import { z } from 'zod';
import type { Actor } from '../../access/caller';
import { HoldfastError } from '../../errors';
import type { RouteDeps } from '../deps';
import { type Problem, toProblem } from '../http/problems';
import { type Answer, defineRoute, type Route } from '../routing/route';
import { faultOf } from '../sign-in/fault';
import { goingOn, type Link, refusal } from '../sign-in/pages';
import { CALLBACK_PATH, placeName, SeveralPlaces, SIGN_IN_PATH, type SignIn } from '../sign-in/sign-in';

const tag = 'Access';
const html = { 'text/html': z.string() };
const problems = ['malformed-request', 'forbidden', 'not-found', 'too-many-requests', 'provider-unavailable'] as const;

/** The two addresses that a browser opens to sign in with an account of the organisation. */
export function signInRoutes({ signIn, identification, audit }: RouteDeps): Route[] {
  return [
    defineRoute({
      method: 'get',
      path: SIGN_IN_PATH,
      id: 'startSignIn',
      tag,
      access: 'open',
      summary: "Sign in with the organisation's account: leads a browser to its provider",
      query: z.strictObject({
        returnTo: z.string().max(2000).default('/').describe('Page of the dashboard to come back to. Defaults to /.'),
        tenant: z
          .string()
          .max(63)
          .optional()
          .describe(
            'Where to act, for people whose groups have rights at several places; - for the whole installation.',
          ),
      }),
      answers: {
        302: {
          description: 'To the provider.',
          headers: { Location: 'Its address.', 'Set-Cookie': 'For the way back.' },
        },
        303: { description: 'To the dashboard, for links of other sites.', headers: { Location: '/.' } },
      },
      problems,
      unhurried: true,
      handle: async ({ query: { returnTo, tenant } }, { request, response }) => {
        const way = mustBeOn(signIn);
        const site = request.get('Sec-Fetch-Site');
        // Another site's link does not begin to sign anybody in.
        if (site === 'cross-site' || site === 'same-site') return { status: 303, headers: { Location: '/' } };
        return shown(request, response, async () => {
          await identification.knock(request, response);
          const Location = await way.begin(request, response, { back: returnTo, ...(tenant && { place: tenant }) });
          return { status: 302, headers: { Location } };
        });
      },
    }),
    defineRoute({
      method: 'get',
      path: CALLBACK_PATH,
      id: 'finishSignIn',
      tag,
      access: 'open',
      summary: 'Where the provider sends a browser back to: starts the session, and goes on to the page',
      query: z.looseObject({ code: z.string().optional(), state: z.string().optional(), error: z.string().optional() }),
      answers: {
        200: {
          description: 'A page that goes on by itself.',
          content: html,
          headers: { 'Set-Cookie': 'The session.' },
        },
      },
      problems,
      unhurried: true,
      handle: async (_checked, { request, response }) => {
        const way = mustBeOn(signIn);
        return shown(request, response, async () => {
          await identification.knock(request, response);
          try {
            const { caller, back } = await way.finish(request, response);
            note(request, 'done', 200, caller.actor, caller.tenant);
            return goingOn(back);
          } catch (error) {
            const { code, status } = problemOf(error);
            note(request, code, status);
            throw error;
          }
        });
      },
    }),
  ];

  function note(request: Request, outcome: string, status: number, actor?: Actor, tenant?: string): void {
    audit.add({
      at: new Date().toISOString(),
      ...(actor && { actor }),
      ...(tenant !== undefined && { tenant }),
      action: 'signIn',
      status,
      outcome,
      requestId: String(request.id),
      ...(request.ip !== undefined && { address: request.ip }),
    });
  }
}

function mustBeOn(signIn: SignIn | undefined): SignIn {
  if (signIn) return signIn;
  throw new HoldfastError('not-found', 'Nobody signs in with an account here: HOLDFAST_OIDC_ISSUER is not set.');
}

/** A browser shows a page with what went wrong; everybody else gets the problem. */
async function shown(request: Request, response: Response, work: () => Promise<Answer>): Promise<Answer> {
  try {
    return await work();
  } catch (error) {
    const problem = problemOf(error);
    if (!/\btext\/html\b/.test(request.get('Accept') ?? '')) throw problem;
    response.locals.code = problem.code;
    if (problem.status >= 500) response.err = (problem.cause as Error | undefined) ?? problem;
    return refusal(problem.status, problem.message, waysOn(problem), problem.extra.headers);
  }
}

function problemOf(error: unknown): Problem {
  return error instanceof HoldfastError ? toProblem(error) : faultOf(error);
}

function waysOn(problem: Problem): Link[] {
  if (!(problem instanceof SeveralPlaces)) return [{ to: '/', text: 'Back to signing in' }];
  const back = encodeURIComponent(problem.back);
  return problem.places.map((place) => ({
    to: `${SIGN_IN_PATH}?tenant=${encodeURIComponent(place)}&returnTo=${back}`,
    text: `Sign in for ${placeName(place)}`,
  }));
}
