import type { Request, RequestHandler } from 'express';
import { Problem } from './problems';

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?$/i;

/**
 * Without keys, everybody on this host may use the API; web pages of other sites may not. A name that a
 * page made point here (DNS rebinding) shows in Host, a page that sends requests here in what browsers add.
 */
export const refuseOtherSites: RequestHandler = (request, _response, next) => {
  const host = request.get('Host') ?? '';
  if (!LOOPBACK.test(host)) {
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
