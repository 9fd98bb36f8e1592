import { existsSync } from 'node:fs';
import path from 'node:path';
import compression from 'compression';
import express, { type Request, type Response, type Router } from 'express';
import { Problem } from './http/problems';

/** Where the build puts the pages. */
export const PAGES = path.join(__dirname, '..', '..', 'web', 'dist');

/** Only what is served from here is loaded, and nothing is inline; images of results come as data. */
const PAGES_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "connect-src 'self'",
  "form-action 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Their names change with their content. */
const FOR_GOOD = 'public, max-age=31536000, immutable';
/** What belongs to programs: whoever asks for something that is not there gets a problem, a browser too. */
const NOT_PAGES = /^\/(v\d+|health|docs|metrics|version|openapi\.json|assets)(\/|$)/;

/** The dashboard: its files, and its one page wherever a browser goes. Everything else goes on to the next handler. */
export function dashboardRouter(folder: string): Router {
  const router = express.Router();
  const files = { index: false, redirect: false, dotfiles: 'ignore', fallthrough: true, etag: false } as const;
  const noted = (response: Response) => {
    response.locals.route = '/';
    response.set('Content-Security-Policy', PAGES_POLICY);
  };
  router.use(
    '/assets',
    compression(),
    express.static(path.join(folder, 'assets'), {
      ...files,
      cacheControl: false,
      setHeaders: (response) => {
        noted(response as Response);
        response.setHeader('Cache-Control', FOR_GOOD);
      },
    }),
  );
  router.get('/favicon.svg', (_request, response, next) => {
    noted(response);
    response.sendFile('favicon.svg', { root: folder, cacheControl: false }, (error) => error && next());
  });
  router.get(/.*/, (request, response, next) => {
    if (!isNavigation(request)) return next();
    if (!existsSync(path.join(folder, 'index.html'))) return next(request.path === '/' ? notBuilt() : undefined);
    noted(response);
    response.sendFile('index.html', { root: folder, cacheControl: false }, (error) => error && next(error));
  });
  return router;
}

/** Programs take anything, too; only browsers that open a page name HTML. */
function isNavigation({ path: address, headers }: Request): boolean {
  return /\btext\/html\b/.test(headers.accept ?? '') && !NOT_PAGES.test(address);
}

function notBuilt(): Problem {
  return new Problem(
    'no-such-route',
    'The dashboard is not built in this checkout: node scripts/setup.js builds it. /docs shows the API.',
  );
}
