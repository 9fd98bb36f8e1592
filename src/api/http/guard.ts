import type { IncomingMessage } from 'node:http';
import type { RequestHandler } from 'express';
import { isCodecOrigin } from './codec-origins';
import { Problem } from './problems';

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?$/i;

/**
 * Web pages of other sites may not use the API, whoever may. A name that a
 * page made point here (DNS rebinding) shows in Host, a page that sends requests here in what browsers add.
 */
export function refuseOtherSites(hostNames?: readonly string[]): RequestHandler {
  return (request, response, next) => {
    const foreign = isCodecOrigin(response, request);
    next(siteFault(request, { hostNames, scheme: request.protocol, foreign }));
  };
}

interface OwnSite {
  /** Names of this host besides those of loopback. Defaults to none. */
  hostNames?: readonly string[] | undefined;
  /** Defaults to http. */
  scheme?: string;
  /** Whether its origin was found to be one that may ask. Defaults to false. */
  foreign?: boolean;
}

/** Why a request is not answered here; `undefined` when it is. */
export function siteFault(
  request: IncomingMessage,
  { hostNames = [], scheme = 'http', foreign = false }: OwnSite = {},
): Problem | undefined {
  const { host = '' } = request.headers;
  const unclear = unclearTarget(request, host);
  if (unclear) return new Problem('malformed-request', unclear);
  const [name = ''] = host.toLowerCase().split(/:\d{1,5}$/);
  if (!LOOPBACK.test(host) && !hostNames.includes(name)) {
    const others = hostNames.length > 0 ? ` or as ${hostNames.join(', ')}` : '';
    const detail = `The Host header must name this host by a loopback address or localhost${others}, not "${host}".`;
    return new Problem('forbidden', detail);
  }
  return !foreign && isCrossSite(request, `${scheme}://${host}`)
    ? new Problem('forbidden', 'Web pages of other sites may not use this API.')
    : undefined;
}

/** A request says once, and in one way, where it goes and what it asks: others on its way may have read it otherwise. */
function unclearTarget({ url = '', headersDistinct }: IncomingMessage, host: string): string | undefined {
  if ((headersDistinct.host ?? []).length > 1) return 'The request has more than one Host header.';
  const authority = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/i.exec(url)?.[1];
  if (authority !== undefined && authority.toLowerCase() !== host.toLowerCase()) {
    return 'The address of the request names another host than its Host header.';
  }
  const query = url.indexOf('?');
  try {
    decodeURIComponent(query < 0 ? '' : url.slice(query + 1));
    return undefined;
  } catch {
    return 'The query has a percent sign that is not followed by a character in UTF-8.';
  }
}

function isCrossSite(request: IncomingMessage, own: string): boolean {
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return !isNavigation(request);
  const origin = request.headers.origin;
  return origin !== undefined && origin !== own;
}

/** Following a link changes nothing here, and its page cannot read the answer. */
function isNavigation(request: IncomingMessage): boolean {
  return (
    request.method === 'GET' &&
    request.headers['sec-fetch-mode'] === 'navigate' &&
    request.headers['sec-fetch-dest'] === 'document'
  );
}
