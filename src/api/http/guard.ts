import type { Request, RequestHandler } from 'express';
import { Problem } from './problems';

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?$/i;

/**
 * Without keys, everybody on this host may use the API; web pages of other sites may not. A name that a
 * page made point here (DNS rebinding) shows in Host, a page that sends requests here in what browsers add.
 */
export const refuseOtherSites: RequestHandler = (request, _response, next) => {
  const host = request.get('Host') ?? '';
  const unclear = unclearTarget(request, host);
  if (unclear) next(new Problem('malformed-request', unclear));
  else if (!LOOPBACK.test(host)) {
    next(
      new Problem(
        'forbidden',
        `The Host header must name this host by a loopback address or localhost, not "${host}".`,
      ),
    );
  } else if (isCrossSite(request, host)) {
    next(new Problem('forbidden', 'Web pages of other sites may not use this API.'));
  } else next();
};

/** A request says once, and in one way, where it goes and what it asks: others on its way may have read it otherwise. */
function unclearTarget({ url, headersDistinct }: Request, host: string): string | undefined {
  if ((headersDistinct.host ?? []).length > 1) return 'The request has more than one Host header.';
  const authority = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/i.exec(url)?.[1];
  if (authority !== undefined && authority.toLowerCase() !== host.toLowerCase()) {
    return 'The address of the request names another host than its Host header.';
  }
  try {
    decodeURIComponent(url.slice(url.indexOf('?') + 1));
    return undefined;
  } catch {
    return 'The address has a percent sign that no UTF-8 character follows.';
  }
}

function isCrossSite(request: Request, host: string): boolean {
  const site = request.get('Sec-Fetch-Site');
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return !isNavigation(request);
  const origin = request.get('Origin');
  return origin !== undefined && origin !== `http://${host}`;
}

/** Following a link changes nothing here, and its page cannot read the answer. */
function isNavigation(request: Request): boolean {
  return (
    request.method === 'GET' &&
    request.get('Sec-Fetch-Mode') === 'navigate' &&
    request.get('Sec-Fetch-Dest') === 'document'
  );
}
