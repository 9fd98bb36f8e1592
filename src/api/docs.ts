import path from 'node:path';
import express, { type Router } from 'express';
import { howToInstall, missingOf } from '../packages';
import { DOCS_POLICY } from './http/security-headers';
import { otherMethods } from './routing/register';

const FILES = ['swagger-ui.css', 'swagger-ui-bundle.js', 'favicon-32x32.png'];

const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <title>Holdfast API</title>
    <link rel="stylesheet" href="/docs/swagger-ui.css">
    <link rel="icon" type="image/png" href="/docs/favicon-32x32.png">
  </head>
  <body>
    <div id="swagger-ui"></div>
    <script src="/docs/swagger-ui-bundle.js"></script>
    <script src="/docs/init.js"></script>
  </body>
</html>
`;

const ABSENT = `<!doctype html>
<html lang="en">
  <head><meta charset="utf-8"><title>Holdfast API</title></head>
  <body>
    <p>This page needs the package swagger-ui-dist: <code>${howToInstall(['swagger-ui-dist'])}</code>, then start the API again.</p>
    <p>The document itself is at <a href="/openapi.json">/openapi.json</a>.</p>
  </body>
</html>
`;

const INIT = `SwaggerUIBundle({ url: '/openapi.json', dom_id: '#swagger-ui', deepLinking: true, validatorUrl: null });
`;

/** The document, to be browsed: Swagger UI, served from here where it is installed. */
export function docsRouter(): Router {
  const router = express.Router();
  router.use((_request, response, next) => {
    response.locals.route = '/docs';
    response.set('Content-Security-Policy', DOCS_POLICY);
    next();
  });
  const absent = missingOf(['swagger-ui-dist']).length > 0;
  router
    .route('/')
    .get((_request, response) => void response.type('html').send(absent ? ABSENT : PAGE))
    .all(otherMethods(['get']));
  router
    .route('/init.js')
    .get((_request, response) => void response.type('js').send(INIT))
    .all(otherMethods(['get']));
  if (absent) return router;
  const assets = path.dirname(require.resolve('swagger-ui-dist/package.json'));
  for (const file of FILES) {
    router
      .route(`/${file}`)
      .get((_request, response) => response.sendFile(file, { root: assets, cacheControl: false }))
      .all(otherMethods(['get']));
  }
  return router;
}
