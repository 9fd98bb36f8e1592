import type { Request, Response } from 'express';

const PLAIN = 'holdfast_session';
/** Browsers take one of this name over TLS only, for this host only. */
const SECURE = '__Host-holdfast_session';

/** The value of the session's cookie in a request. One that came twice is none. */
export function sessionCookie(request: Request): string | undefined {
  const name = nameFor(request);
  const values = (request.headers.cookie ?? '').split(/;\s*/).filter((pair) => pair.startsWith(`${name}=`));
  return values.length === 1 ? values[0]?.slice(name.length + 1) : undefined;
}

export function setSessionCookie(request: Request, response: Response, value: string): void {
  response.cookie(nameFor(request), value, options(request));
}

export function clearSessionCookie(request: Request, response: Response): void {
  response.clearCookie(nameFor(request), options(request));
}

function nameFor({ secure }: Request): string {
  return secure ? SECURE : PLAIN;
}

function options({ secure }: Request) {
  return { httpOnly: true, sameSite: 'strict', secure, path: '/', encode: String } as const;
}
