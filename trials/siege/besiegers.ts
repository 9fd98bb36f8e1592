import { connect, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

/** Ends what it has begun. */
export type Stop = () => void;

export interface Target {
  url: string;
  secret: string;
}

/** Bytes that are written once a second, until the connection is gone; then it begins anew. */
function drip({ url }: Target, head: string, piece: string): Stop {
  let over = false;
  let socket: Socket | undefined;
  void (async () => {
    while (!over) {
      socket = open(url);
      socket.write(head);
      while (!over && !socket.destroyed) {
        await sleep(1000);
        if (socket.writable) socket.write(piece);
      }
    }
  })();
  return () => {
    over = true;
    socket?.destroy();
  };
}

function open(url: string): Socket {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  return socket.resume();
}

const headOf = (line: string, { url, secret }: Target, ...headers: string[]) =>
  [`${line} HTTP/1.1`, `Host: ${new URL(url).host}`, `Authorization: Bearer ${secret}`, ...headers].join('\r\n');

export const slowHeaders = (target: Target): Stop => drip(target, 'GET /v1/tasks HTTP/1.1\r\n', 'X-A: b\r\n');

export const slowBody = (target: Target): Stop =>
  drip(
    target,
    `${headOf('POST /v1/tasks', target, 'Content-Type: application/json', 'Content-Length: 1000000')}\r\n\r\n{`,
    ' ',
  );

/** Asks for a large file and takes no byte of it. */
export function neverReading(target: Target, hash: string): Stop {
  let over = false;
  let socket: Socket | undefined;
  void (async () => {
    while (!over) {
      const now = open(target.url).pause();
      socket = now;
      now.write(`${headOf(`GET /v1/files/${hash}`, target)}\r\n\r\n`);
      while (!over && !now.destroyed && !now.readableEnded) await sleep(500);
    }
  })();
  return () => {
    over = true;
    socket?.destroy();
  };
}

export function idleConnections({ url }: Target, count: number): Stop {
  const sockets = Array.from({ length: count }, () => open(url));
  return () => sockets.forEach((socket) => void socket.destroy());
}

/** A file that does not say how long it is, and is ten gigabytes. */
export function endlessUpload({ url, secret }: Target): Stop {
  const stop = new AbortController();
  const piece = Buffer.alloc(1024 * 1024, 7);
  function* pieces() {
    for (let sent = 0; sent < 10 * 1024; sent++) yield piece;
  }
  void (async () => {
    while (!stop.signal.aborted) {
      await fetch(`${url}/v1/files`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${secret}` },
        body: Readable.toWeb(Readable.from(pieces())),
        duplex: 'half',
        signal: stop.signal,
      } as RequestInit).then(
        (response) => response.arrayBuffer(),
        () => undefined,
      );
      await sleep(50);
    }
  })();
  return () => stop.abort();
}

/** One body after the other. */
export function heavyBodies({ url, secret }: Target, path: string, text: string): Stop {
  const stop = new AbortController();
  // Once: the client that is measured runs in this process too.
  const body = Buffer.from(text);
  void (async () => {
    while (!stop.signal.aborted) {
      await fetch(`${url}${path}`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${secret}`, 'Content-Type': 'application/json' },
        body,
        signal: stop.signal,
      }).then(
        (response) => response.arrayBuffer(),
        () => undefined,
      );
      await sleep(10);
    }
  })();
  return () => stop.abort();
}

const many = (count: number, text: string) => Array(count).fill(text).join();

/** Bodies that make the most work, or the largest answers: valid and not. */
export const HEAVY: readonly (readonly [name: string, path: string, body: string])[] = [
  ['numbers as tags', '/v1/tasks', `{"type":"bench.none","input":{},"tags":[${many(99_000, '0')}]}`],
  ['unknown fields', '/v1/tasks', `{${Array.from({ length: 99_000 }, (_, n) => `"f${n}":0`).join()}}`],
  ['more values than are taken', '/v1/tasks', `{"tags":[${many(2_700_000, '0')}]}`],
  ['members that are none', '/v1/batches', `{"tasks":[${many(9_000, '{"x":[1,2,3]}')}]}`],
  ['a thousand tasks that are none', '/v1/tasks/bulk', `{"tasks":[${many(1000, '{"type":7}')}]}`],
  ['the largest event of small values', '/v1/events', `{"event":"a.b","data":[${many(99_000, '[]')}]}`],
  ['the largest event of one text', '/v1/events', `{"event":"a.b","data":"${'x'.repeat(8_000_000)}"}`],
];
