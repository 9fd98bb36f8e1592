import type { Request, Response } from 'express';

const PLAIN = 'holdfast_session';
/** Browsers take one of this name over TLS only, for this host only. */
const SECURE = '__Host-holdfast_session';

/** What a sign-in at the provider has begun with; it comes back from another site, so it cannot be strict. */
const SIGN_IN = 'holdfast_sign_in';
const SIGN_IN_SECONDS = 600;

/** The value of the session's cookie in a request. One that came twice is none. */
export function sessionCookie(request: Request): string | undefined {
  return cookie(request, nameFor(request));
}

export function signInCookie(request: Request): string | undefined {
  return cookie(request, signInName(request));
}

function cookie(request: Request, name: string): string | undefined {
  const values = (request.headers.cookie ?? '').split(/;\s*/).filter((pair) => pair.startsWith(`${name}=`));
  return values.length === 1 ? values[0]?.slice(name.length + 1) : undefined;
}

export function setSessionCookie(request: Request, response: Response, value: string): void {
  response.cookie(nameFor(request), value, options(request));
}

export function clearSessionCookie(request: Request, response: Response): void {
  response.clearCookie(nameFor(request), options(request));
}

export function setSignInCookie(request: Request, response: Response, value: string): void {
  response.cookie(signInName(request), value, {
    ...options(request),
    sameSite: 'lax',
    maxAge: SIGN_IN_SECONDS * 1000,
  });
}

export function clearSignInCookie(request: Request, response: Response): void {
  response.clearCookie(signInName(request), { ...options(request), sameSite: 'lax' });
}

function signInName({ secure }: Request): string {
  return secure ? `__Host-${SIGN_IN}` : SIGN_IN;
}

function nameFor({ secure }: Request): string {
  return secure ? SECURE : PLAIN;
}

function options({ secure }: Request) {
  return { httpOnly: true, sameSite: 'strict', secure, path: '/', encode: String } as const;
}
