import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { Problem, type ProblemCode, problemBody } from './problems';

const BY_ERROR: Record<string, [ProblemCode, string]> = {
  HPE_HEADER_OVERFLOW: ['headers-too-large', 'The headers, with the address, have more than 16 KiB.'],
  ERR_HTTP_REQUEST_TIMEOUT: ['request-timeout', 'The request did not arrive in time.'],
};

/** Whoever is answered gets the answer, and nobody keeps the connection half-open after it. */
const LINGER_MS = 500;

/** Answers what is not HTTP enough to become a request, in the same form as everything else. */
export function answerClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const [code, detail] = BY_ERROR[error.code ?? ''] ?? ['malformed-request', 'This is not a valid HTTP request.'];
  const problem = new Problem(code, detail);
  const body = JSON.stringify(problemBody(problem));
  setTimeout(() => socket.destroy(), LINGER_MS).unref();
  socket.end(
    [
      `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
      'Connection: close',
      'Content-Type: application/problem+json; charset=utf-8',
      `Content-Length: ${Buffer.byteLength(body)}`,
      '',
      body,
    ].join('\r\n'),
  );
}
