import { createServer, type Socket } from 'node:net';
import { openS3Store } from '../../src/artifacts/s3/open';
import { S3_KEYS } from '../support/servers/s3-server';

it('a bucket that takes calls and never answers is reported as away, and no call hangs', async () => {
  Object.assign(process.env, S3_KEYS);
  const connections = new Set<Socket>();
  const silent = createServer((socket) => {
    connections.add(socket);
    socket.on('error', () => undefined);
    socket.resume();
  });
  const port = await new Promise<number>((resolve) => {
    silent.listen(0, '127.0.0.1', () => resolve((silent.address() as { port: number }).port));
  });
  try {
    const endpoint = `http://127.0.0.1:${port}`;
    const store = openS3Store({ bucket: 'team', prefix: '', endpoint, region: 'us-east-1', presign: false }, 100);
    await expect(store.watchedAt('test.probe:w')).rejects.toMatchObject({ code: 'storage-unavailable' });
    expect(connections.size).toBeGreaterThan(0);
  } finally {
    for (const socket of connections) socket.destroy();
    silent.close();
  }
});
