import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { GuardedUi } from '../../src/embedded/guarded-ui';
import { Supervised } from '../../src/embedded/supervised';
import { hiddenPlace } from '../../src/loopback';
import { isAlive } from '../support/processes/family';
import { rawRequest } from '../support/raw-http';
import { freePort } from '../support/temporal-server';
import { until } from '../support/until';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'holdfast-life-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Gives signs of life, and prints its number; then it hangs as its argument says. */
const CHILD = `
  require('fs').appendFileSync(process.argv[2], process.pid + '\\n');
  const parent = new (require('net').Socket)({ fd: Number(process.env.LIFE_SIGNS_FD), writable: true });
  process.on('SIGTERM', () => process.exit(0));
  setInterval(() => parent.write('.'), 50);
  if (process.argv[1] === 'loop') setTimeout(() => { for (;;); }, 500);
`;

describe('what is supervised', () => {
  it.each(['loop', 'stop'])('is ended and started again when it does nothing any more: %s', async (how) => {
    const said: string[] = [];
    const pids = path.join(folder, `${how}.pids`);
    const seen = async () => (await import('node:fs')).readFileSync(pids, 'utf8').trim().split('\n').map(Number);
    const child = new Supervised({
      title: 'The child',
      command: process.execPath,
      args: ['-e', CHILD, how, pids],
      env: process.env,
      logFile: path.join(folder, `${how}.log`),
      grace: 5,
      isReady: async () => (await import('node:fs')).existsSync(pids),
      life: { every: 0.3, misses: 5 },
      print: (line) => void said.push(line),
    });
    await child.start();
    const [first = 0] = await seen();
    if (how === 'stop') {
      // From its first sign on it counts as running.
      await new Promise((resolve) => setTimeout(resolve, 1000));
      process.kill(first, 'SIGSTOP');
    }
    await until('another one runs', async () => (await seen()).length > 1);
    expect(isAlive(first)).toBe(false);
    expect(said).toContain('The child does nothing any more; ending it.');
    await child.stop();
    for (const pid of await seen()) expect(isAlive(pid)).toBe(false);
  });

  it('is left alone as long as it does something', async () => {
    const said: string[] = [];
    const pids = path.join(folder, 'well.pids');
    let asked = 0;
    const child = new Supervised({
      title: 'The child',
      command: process.execPath,
      args: ['-e', CHILD, 'well', pids],
      env: process.env,
      logFile: path.join(folder, 'well.log'),
      grace: 5,
      isReady: async () => (await import('node:fs')).existsSync(pids),
      // Every second look finds nothing, as when it is busy.
      life: { isAlive: async () => asked++ % 2 === 0, every: 0.05, misses: 2 },
      print: (line) => void said.push(line),
    });
    await child.start();
    await until('it has been looked at', () => asked > 40);
    expect(said).toEqual(['The child starts…']);
    await child.stop();
  });
});

describe('the Web UI', () => {
  it('is behind the guard of the API, at a place that changes with every start', async () => {
    const backend = createServer((request, response) => {
      response.writeHead(201, { 'X-Backend': 'yes' }).end(`${request.method} ${request.url} ${request.headers.host}`);
    });
    const place = await hiddenPlace();
    const other = await hiddenPlace();
    expect([place.host, place.port]).not.toEqual([other.host, other.port]);
    expect(place.host).toMatch(/^127\./);
    await new Promise<void>((resolve) => backend.listen(place.port, place.host, () => resolve()));
    const port = await freePort();
    const ui = await GuardedUi.open({ host: '127.0.0.1', port, backend: place });
    const url = `http://127.0.0.1:${port}`;
    const ask = async (host: string, more: string[] = [], line = 'POST /api/v1/x?a=b') => {
      const text = await rawText(url, rawRequest(line, [`Host: ${host}`, ...more], 'body'));
      return { status: Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1]), text };
    };
    const through = await ask(`127.0.0.1:${port}`);
    expect(through).toMatchObject({
      status: 201,
      text: expect.stringContaining(`POST /api/v1/x?a=b 127.0.0.1:${port}`),
    });
    for (const [host, more, line] of [
      ['evil.example', [], undefined],
      ['evil.example', [], `POST http://127.0.0.1:${port}/api`],
      ['localhost', ['Host: evil.example'], undefined],
      ['localhost', ['Origin: https://evil.example'], undefined],
      ['localhost', ['Sec-Fetch-Site: cross-site', 'Sec-Fetch-Mode: cors'], undefined],
      ['localhost.evil.example', [], undefined],
    ] as [string, string[], string | undefined][]) {
      const answer = await ask(host, more, line);
      expect([host, more, answer.status >= 400 && answer.status < 500, /x-backend/i.test(answer.text)]).toEqual([
        host,
        more,
        true,
        false,
      ]);
    }
    await new Promise((resolve) => backend.close(resolve));
    expect((await ask('localhost')).status).toBe(502);
    await ui.close();
    expect((backend.address() as AddressInfo | null) ?? null).toBeNull();
  });
});

/** Sends text as it is; all that came back. */
async function rawText(url: string, text: string): Promise<string> {
  const { connect } = await import('node:net');
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    let all = '';
    const socket = connect(Number(port), hostname, () => socket.write(text));
    socket.on('data', (piece) => {
      all += piece.toString();
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(all));
  });
}
