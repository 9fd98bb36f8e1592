import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import express from 'express';
import { dashboardRouter } from '../../src/api/dashboard';
import { answerProblem, noSuchRoute } from '../../src/api/http/problem-response';
import { securityHeaders } from '../../src/api/http/security-headers';

const PAGE = { Accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

let folder: string;
const servers: Server[] = [];

async function serve(pages: string): Promise<(address: string, init?: RequestInit) => Promise<Response>> {
  const app = express().disable('x-powered-by').disable('etag');
  app.use(...securityHeaders, dashboardRouter(pages));
  app.use(noSuchRoute, answerProblem);
  const server = createServer(app).listen(0, '127.0.0.1');
  servers.push(server);
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  return (address, init) => fetch(`http://127.0.0.1:${port}${address}`, init);
}

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'pages-'));
  await mkdir(path.join(folder, 'dist', 'assets'), { recursive: true });
  await writeFile(path.join(folder, 'secret.txt'), 'KEPT BACK');
  await writeFile(path.join(folder, 'dist', '.built-from'), 'stamp');
  await writeFile(path.join(folder, 'dist', 'index.html'), '<!doctype html><title>Holdfast</title>');
  await writeFile(path.join(folder, 'dist', 'favicon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
  await writeFile(path.join(folder, 'dist', 'assets', 'index-abc.js'), 'void 0;');
});
afterAll(async () => {
  for (const server of servers) server.close().closeAllConnections();
  await rm(folder, { recursive: true, force: true });
});

describe('the dashboard', () => {
  it.each(['/', '/tasks', '/tasks/image.convert%3A01jb', '/dead-letters?q=type:x'])(
    'is one page wherever a browser goes: %s',
    async (address) => {
      const get = await serve(path.join(folder, 'dist'));
      const response = await get(address, { headers: PAGE });
      expect({ status: response.status, type: response.headers.get('Content-Type') }).toEqual({
        status: 200,
        type: 'text/html; charset=utf-8',
      });
      expect(response.headers.get('Content-Security-Policy')).toBe(POLICY);
      expect(response.headers.get('Cache-Control')).toBe('no-store');
      expect(response.headers.get('X-Content-Type-Options')).toBe('nosniff');
      expect(await response.text()).toContain('<title>Holdfast</title>');
    },
  );

  it('keeps files whose names change with their content for good, and answers a missing one with a problem', async () => {
    const get = await serve(path.join(folder, 'dist'));
    const script = await get('/assets/index-abc.js');
    expect(script.status).toBe(200);
    expect(script.headers.get('Cache-Control')).toBe('public, max-age=31536000, immutable');
    expect(script.headers.get('Content-Type')).toMatch(/javascript/);
    expect(script.headers.get('Content-Security-Policy')).toBe(POLICY);
    expect((await get('/favicon.svg')).headers.get('Content-Type')).toBe('image/svg+xml');
    const missing = await get('/assets/index-old.js', { headers: PAGE });
    expect([missing.status, missing.headers.get('Content-Type')]).toEqual([
      404,
      'application/problem+json; charset=utf-8',
    ]);
    expect(missing.headers.get('Cache-Control')).toBe('no-store');
  });

  it.each<[string, string, Record<string, string>]>([
    ['GET', '/', { Accept: '*/*' }],
    ['GET', '/tasks', { Accept: 'application/json' }],
    ['POST', '/', PAGE],
    ['GET', '/v1/nothing', PAGE],
    ['GET', '/health/nothing', PAGE],
    ['GET', '/docs/nothing', PAGE],
    ['GET', '/assets/..%2f..%2fsecret.txt', PAGE],
    ['GET', '/assets/', PAGE],
  ])('is not what programs get: %s %s', async (method, address, headers) => {
    const get = await serve(path.join(folder, 'dist'));
    const response = await get(address, { method, headers });
    expect(response.headers.get('Content-Type')).toBe('application/problem+json; charset=utf-8');
    expect(await response.text()).not.toContain('KEPT BACK');
  });

  it('says how to build it where it is not', async () => {
    const get = await serve(path.join(folder, 'nowhere'));
    const response = await get('/', { headers: PAGE });
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ code: 'no-such-route', detail: expect.stringContaining('setup.js') });
  });
});
