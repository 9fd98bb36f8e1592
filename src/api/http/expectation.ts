import type { IncomingMessage, Server, ServerResponse } from 'node:http';

const awaited = new WeakMap<IncomingMessage, ServerResponse>();

/** Leaves the go-ahead to whoever reads the body: a request that is refused for its head is refused before that. */
export function holdContinue(server: Server): void {
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    awaited.set(request, response);
    server.emit('request', request, response);
  });
}

/** Asks a caller that waits for it to send the body. */
export function sendContinue(request: IncomingMessage): void {
  const response = awaited.get(request);
  awaited.delete(request);
  if (response && !response.headersSent) response.writeContinue();
}
