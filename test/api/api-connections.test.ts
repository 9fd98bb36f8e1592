import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TestApi } from '../support/api';
import { rawRequest, sendRaw } from '../support/raw-http';
import { useApi } from './hostile/unharmed';

let api: TestApi;

useApi((_harness, started) => {
  api = started;
});

describe('connections', () => {
  const open: Socket[] = [];
  afterEach(() => open.splice(0).forEach((socket) => void socket.destroy()));

  function socketTo(url: string): Promise<Socket> {
    const { hostname, port } = new URL(url);
    return new Promise((resolve) => {
      const socket = connect(Number(port), hostname, () => resolve(socket));
      socket.on('error', () => undefined);
      open.push(socket);
    });
  }

  it('on which nothing is asked keep nobody out', async () => {
    for (let opened = 0; opened < 2050; opened += 50) {
      await Promise.all(Array.from({ length: 50 }, () => socketTo(api.url)));
    }
    const begun = performance.now();
    for (let asked = 0; asked < 20; asked++) {
      expect((await sendRaw(api.url, rawRequest('GET /health/live', ['Host: localhost']))).status).toBe(200);
    }
    expect(performance.now() - begun).toBeLessThan(10_000);
  });

  it('that were refused are gone soon, though their callers hold them', async () => {
    const socket = await socketTo(api.url);
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.write('no HTTP at all\r\n\r\n');
    socket.resume();
    // Does not close its own side.
    await closed;
  });

  it('whose caller does not read the answer end, and give the file back', async () => {
    const bytes = Buffer.alloc(30 * 1024 * 1024, 1);
    const { body } = await api.call('POST', '/v1/files', { raw: bytes });
    const socket = await socketTo(api.url);
    socket.pause();
    socket.write(rawRequest(`GET /v1/files/${body.hash}`, ['Host: localhost']));
    await sleep(3000);
    let received = 0;
    socket.on('data', (piece: Buffer) => {
      received += piece.length;
    });
    await new Promise((resolve) => {
      socket.once('close', resolve);
      socket.resume();
    });
    expect(received).toBeGreaterThan(0);
    expect(received).toBeLessThan(bytes.length);
  });
});
