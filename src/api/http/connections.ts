import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { RequestHandler } from 'express';

/** Of the most connections, so many are for those that come next. */
const FREE_SHARE = 0.1;

/** Keeps connections on which nothing is asked from keeping others out: when it gets narrow, the oldest of them goes. */
export function evictIdle(server: Server, most: number): void {
  const idle = new Set<Socket>();
  let open = 0;
  server.on('connection', (socket) => {
    open++;
    idle.add(socket);
    socket.once('close', () => {
      open--;
      idle.delete(socket);
    });
    const [oldest] = idle;
    if (open > most * (1 - FREE_SHARE) && oldest && oldest !== socket) oldest.destroy();
  });
  server.prependListener('request', ({ socket }, response) => {
    idle.delete(socket);
    response.once('finish', () => {
      if (!socket.destroyed) idle.add(socket);
    });
  });
}

/**
 * Ends the connection of a caller that does not read its answer: it would hold a socket, and a file, for as long as it
 * likes. Time counts from the last byte that was taken; until an answer begins, the server's own limit holds.
 */
export function endUnread(seconds: number): RequestHandler {
  return ({ socket }, response, next) => {
    const { writeHead } = response;
    response.writeHead = ((...head: Parameters<typeof writeHead>) => {
      socket.setTimeout(seconds * 1000);
      return writeHead.apply(response, head);
    }) as typeof writeHead;
    next();
  };
}
