import type { RequestHandler } from 'express';
import helmet from 'helmet';

/**
 * Nothing the API answers is a page that may load anything; `/docs` and files say what differs for them.
 * HSTS and upgrade-insecure-requests stay out: this is plain HTTP.
 */
export const securityHeaders: RequestHandler[] = [
  helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'none'"], baseUri: ["'none'"], formAction: ["'none'"], frameAncestors: ["'none'"] },
    },
    strictTransportSecurity: false,
    frameguard: { action: 'deny' },
    referrerPolicy: { policy: 'no-referrer' },
  }),
  (_request, response, next) => {
    response.set('Cache-Control', 'no-store');
    next();
  },
];

/** Swagger UI is served from here, asks for the document here, and shows inline images. */
export const DOCS_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** A stored file may be anything, a page with scripts too. */
export const FILE_POLICY = "sandbox; default-src 'none'";
