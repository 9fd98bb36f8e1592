import { createHash } from 'node:crypto';
import { request } from 'node:http';
import { API_CONTRACTS, TestApi } from '../support/api';
import { writeFile } from '../support/file-task';
import { Harness } from '../support/harness';
import { probeHandlers } from '../support/probe-tasks';

const LIMIT = 1024 * 1024;

let harness: Harness;
let api: TestApi;

beforeAll(async () => {
  harness = await Harness.start();
  await harness.startWorkers({
    contracts: API_CONTRACTS,
    handlers: { ...probeHandlers, 'test.file': writeFile as never },
  });
  api = await TestApi.start(harness, { maxUploadBytes: LIMIT });
});
afterAll(async () => {
  await api.close();
  await harness.close();
});

const sha256 = (bytes: Uint8Array) => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
const upload = (raw: string | Uint8Array | ReadableStream, type = 'image/png', query = '') =>
  api.call('POST', `/v1/files${query}`, { raw, headers: { 'Content-Type': type } });

async function fileTask(input: object) {
  const { id } = await api.submit('test.file', input, {}, { Prefer: 'wait=30' });
  return `${api.task(id)}/artifacts`;
}

describe('POST /v1/files', () => {
  it('stores a file under the hash of its content, and gives it back byte for byte', async () => {
    const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * 7919) % 256));
    const { status, headers, body } = await upload(bytes, 'image/png', '?name=cat%20photo.png');
    expect({ status, body }).toEqual({
      status: 201,
      body: { hash: sha256(bytes), bytes: bytes.length, mediaType: 'image/png', name: 'cat photo.png' },
    });
    const location = headers.get('Location') ?? '';
    const back = await fetch(`${api.url}${location}?name=cat.png`);
    expect(Buffer.from(await back.arrayBuffer()).equals(bytes)).toBe(true);
    expect(back.headers.get('Content-Disposition')).toBe('attachment; filename=cat.png');
    expect(back.headers.get('Content-Length')).toBe('300000');
  });

  it('takes the same file again, an empty one, and one whose length nobody said', async () => {
    const stream = () => new Blob([Buffer.from('streamed')]).stream();
    expect((await upload(stream())).body).toMatchObject({ bytes: 8 });
    expect((await upload('streamed')).body).toMatchObject({ hash: sha256(Buffer.from('streamed')) });
    expect(await upload('')).toMatchObject({ status: 201, body: { bytes: 0 } });
  });

  it.each([
    ['said its length', () => Buffer.alloc(LIMIT + 1)],
    ['did not', () => new Blob([Buffer.alloc(3 * LIMIT)]).stream()],
  ])('answers 413 for a file over the limit that %s', async (_name, content) => {
    const { status, body } = await upload(content());
    expect({ status, code: body.code, detail: body.detail }).toEqual({
      status: 413,
      code: 'too-large',
      detail: `The file is larger than ${LIMIT} bytes.`,
    });
  });

  it('keeps nothing of an upload that broke off', async () => {
    const bytes = Buffer.alloc(200_000, 'x');
    await new Promise<void>((resolve) => {
      const broken = request(`${api.url}/v1/files`, { method: 'POST', headers: { 'Content-Length': 400_000 } });
      broken.on('error', () => resolve());
      broken.write(bytes, () => broken.destroy(new Error('the cable was pulled')));
    });
    expect((await api.get(`/v1/files/${sha256(bytes)}`)).status).toBe(404);
    expect((await api.get('/health/live')).status).toBe(200);
  });
});

describe('GET /v1/files/{hash}', () => {
  it('lets nothing in a file run in the browser', async () => {
    const {
      headers: { get: _ },
      body,
    } = await upload('<script>alert(1)</script>', 'text/html');
    const { headers } = await api.get(`/v1/files/${body.hash}`);
    expect(headers.get('Content-Type')).toBe('application/octet-stream');
    expect(headers.get('Content-Disposition')).toContain('attachment');
    expect(headers.get('X-Content-Type-Options')).toBe('nosniff');
    expect(headers.get('Content-Security-Policy')).toBe("sandbox; default-src 'none'");
  });

  it('answers 304 to whoever has it, and HEAD without a body', async () => {
    const { body } = await upload('known');
    const path = `/v1/files/${encodeURIComponent(body.hash)}`;
    const etag = `"${body.hash}"`;
    expect((await api.get(path)).headers.get('ETag')).toBe(etag);
    expect(await api.get(path, { 'If-None-Match': etag, 'Cache-Control': 'max-age=0' })).toMatchObject({ status: 304 });
    const head = await api.call('HEAD', path);
    expect({ status: head.status, length: head.headers.get('Content-Length'), body: head.body }).toEqual({
      status: 200,
      length: '5',
      body: '',
    });
  });

  it.each([
    ['a hash of nothing', `sha256:${'0'.repeat(64)}`],
    ['no hash', 'cat.png'],
    ['a way out of the folder', '..%2F..%2Fetc%2Fpasswd'],
  ])('answers 404 for %s', async (_name, hash) => {
    expect(await api.get(`/v1/files/${hash}`)).toMatchObject({ status: 404, body: { code: 'not-found' } });
  });
});

describe('GET /v1/tasks/{id}/artifacts', () => {
  it('lists what the task made, and streams it as its own media type', async () => {
    const path = await fileTask({ text: '<b>hi</b>', name: 'a.html', mediaType: 'text/html' });
    const { body } = await api.get(path);
    const file = { hash: sha256(Buffer.from('<b>hi</b>')), bytes: 9, name: 'a.html', mediaType: 'text/html' };
    expect(body).toEqual({ artifacts: [{ name: 'file', file, url: `${path}/file` }] });
    const { status, headers, body: text } = await api.get(body.artifacts[0].url);
    expect({ status, text }).toEqual({ status: 200, text: '<b>hi</b>' });
    expect(headers.get('Content-Type')).toBe('text/html');
    expect(headers.get('Content-Disposition')).toBe('attachment; filename=a.html');
    expect(headers.get('Content-Security-Policy')).toContain('sandbox');
    expect(headers.get('ETag')).toBe(`"${file.hash}"`);
  });

  it('makes any file name and media type safe', async () => {
    const path = await fileTask({
      text: 'x',
      name: '../a"\r\nSet-Cookie: b\u202e.exe',
      mediaType: 'text/html\r\nX: y',
    });
    const { status, headers } = await api.get(`${path}/file`);
    expect({ status, cookie: headers.get('Set-Cookie'), type: headers.get('Content-Type') }).toEqual({
      status: 200,
      cookie: null,
      type: 'application/octet-stream',
    });
    expect(headers.get('Content-Disposition')).toMatch(/^attachment; filename="[^\r\n/]*"/);
  });

  it('says which artifacts there are when the name is another', async () => {
    const path = await fileTask({ text: 'x' });
    expect(await api.get(`${path}/image`)).toMatchObject({
      status: 404,
      body: { code: 'not-found', detail: expect.stringContaining('it has: file') },
    });
  });

  it('is empty before there is a result', async () => {
    const { id } = await api.submit('test.probe', {}, { delay: 3600 });
    expect((await api.get(`${api.task(id)}/artifacts`)).body).toEqual({ artifacts: [] });
  });
});
