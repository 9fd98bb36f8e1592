import { connect } from 'node:net';

/** What came back for bytes that no HTTP client would send. */
export interface RawAnswer {
  status: number;
  headers: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape.
  body: any;
}

/** Sends text to the API as it is, and reads until the connection closes. */
export function sendRaw(url: string, text: string): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.write(text));
    const pieces: Buffer[] = [];
    socket.on('data', (piece: Buffer) => pieces.push(piece));
    socket.on('error', reject);
    socket.on('close', () => {
      const [headers = '', body = ''] = Buffer.concat(pieces).toString('utf8').split('\r\n\r\n');
      resolve({ status: Number(/^HTTP\/1\.1 (\d+)/.exec(headers)?.[1]), headers, body: body ? JSON.parse(body) : '' });
    });
  });
}

/** A whole request by hand, which asks for the connection to be closed. */
export function rawRequest(line: string, headers: string[] = [], body = ''): string {
  const all = ['Connection: close', ...(body ? [`Content-Length: ${Buffer.byteLength(body)}`] : []), ...headers];
  return `${line} HTTP/1.1\r\n${all.join('\r\n')}\r\n\r\n${body}`;
}
