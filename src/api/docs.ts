import path from 'node:path';
import express, { type Router } from 'express';
import { DOCS_POLICY } from './http/security-headers';
import { otherMethods } from './routing/register';

const ASSETS = path.dirname(require.resolve('swagger-ui-dist/package.json'));
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

const INIT = `SwaggerUIBundle({ url: '/openapi.json', dom_id: '#swagger-ui', deepLinking: true, validatorUrl: null });
`;

/** The document, to be browsed: Swagger UI, served from here. */
export function docsRouter(): Router {
  const router = express.Router();
  router.use((_request, response, next) => {
    response.locals.route = '/docs';
    response.set('Content-Security-Policy', DOCS_POLICY);
    next();
  });
  router
    .route('/')
    .get((_request, response) => void response.type('html').send(PAGE))
    .all(otherMethods(['get']));
  router
    .route('/init.js')
    .get((_request, response) => void response.type('js').send(INIT))
    .all(otherMethods(['get']));
  for (const file of FILES) {
    router
      .route(`/${file}`)
      .get((_request, response) => response.sendFile(file, { root: ASSETS, cacheControl: false }))
      .all(otherMethods(['get']));
  }
  return router;
}
