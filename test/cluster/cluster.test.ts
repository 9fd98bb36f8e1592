import { createHash } from 'node:crypto';
import path from 'node:path';
import { Cluster } from '../../trials/cluster/cluster';
import { until } from '../support/until';

/** It takes a server that is built for minutes: `npm run test:cluster`. */
const wanted = process.env.HOLDFAST_TEST_CLUSTER === 'on';

(wanted ? describe : describe.skip)('a cluster on PostgreSQL with a bucket', () => {
  let cluster: Cluster;

  beforeAll(async () => {
    cluster = await Cluster.start({
      log: (line) => process.stderr.write(`${line}\n`),
      settings: { HOLDFAST_COMMANDS: COMMANDS },
    });
  }, 1_800_000);
  afterAll(() => cluster?.stop(), 120_000);

  const COMMANDS = JSON.stringify({ nap: { program: '/bin/sleep', args: ['\\d+'], idempotent: true } });

  const ORDER = { type: 'command.run', input: { command: 'nap', args: ['5'] } };

  async function call(
    method: string,
    address: string,
    body?: unknown,
    key?: string,
  ): Promise<{ status: number; body: never }> {
    const raw = body instanceof Uint8Array;
    const answer = await fetch(`${cluster.api}${address}`, {
      method,
      headers: {
        'content-type': raw ? 'application/octet-stream' : 'application/json',
        ...(key !== undefined && { 'idempotency-key': key }),
      },
      ...(body !== undefined && { body: raw ? new Uint8Array(body) : JSON.stringify(body) }),
    });
    const text = await answer.text();
    return { status: answer.status, body: (text.startsWith('{') ? JSON.parse(text) : text) as never };
  }
  const ends = (id: string) =>
    until(`${id} ends`, async () => {
      const { body } = await call('GET', `/v1/tasks/${id}`);
      const task = body as { state: string; result?: unknown; attempts?: number };
      return ['completed', 'failed'].includes(task.state) ? task : undefined;
    });

  it('keeps files in the bucket, and a repeated submission is one task', async () => {
    const bytes = new TextEncoder().encode('a file of the cluster');
    const stored = await call('POST', '/v1/files', bytes);
    const { hash } = stored.body as { hash: string };
    expect(stored.status).toBe(201);
    expect(hash).toBe(`sha256:${createHash('sha256').update(bytes).digest('hex')}`);
    expect((await call('GET', `/v1/files/${hash}`)).body).toBe('a file of the cluster');
    const submit = () => call('POST', '/v1/tasks', ORDER, 'the same');
    const [first, second] = await Promise.all([submit(), submit()]);
    expect([first.status, second.status].sort()).toEqual([200, 202]);
    expect((first.body as { id: string }).id).toBe((second.body as { id: string }).id);
    expect((await ends((first.body as { id: string }).id)).state).toBe('completed');
  });

  it('finishes every task although workers, the database, the server and the bucket are killed under it', async () => {
    const ids: string[] = [];
    const submit = async (key: string) => {
      await until(`${key} is taken`, async () => {
        const { status, body } = await call('POST', '/v1/tasks', ORDER, key).catch(() => ({ status: 0, body: {} }));
        if (status === 200 || status === 202) ids.push((body as { id: string }).id);
        return status === 200 || status === 202;
      });
    };
    const faults: [string, () => Promise<void>][] = [
      ['worker', () => killRole('worker-1')],
      ['database', () => cluster.postgres.crash().then(() => cluster.postgres.startAgain())],
      ['server', () => cluster.temporal.stop('SIGKILL').then(() => cluster.temporal.run())],
      ['bucket', () => cluster.s3.stop('SIGKILL').then(() => cluster.s3.run())],
      ['api', () => killRole('api')],
    ];
    for (const [name, fault] of faults) {
      for (const number of [1, 2, 3]) await submit(`${name}-${number}`);
      await fault();
    }
    expect(new Set(ids).size).toBe(15);
    for (const id of ids) expect((await ends(id)).state).toBe('completed');
  }, 600_000);

  it('is restored from a copy of both databases and then of the bucket: what had ended is there, what was open goes on', async () => {
    const upload = async (text: string) => {
      const { body } = await call('POST', '/v1/files', new TextEncoder().encode(text));
      return (body as { hash: string }).hash;
    };
    const submit = async (key: string, more: object = {}) => {
      const { status, body } = await call('POST', '/v1/tasks', { ...ORDER, ...more }, key);
      return { status, ...(body as { id: string; state: string }) };
    };
    const kept = await upload('before the copy');
    const done = await submit('has ended');
    await ends(done.id);
    const [running, later] = [await submit('runs'), await submit('waits', { delay: 30 })];
    const databases = path.join(cluster.folder, 'databases');
    const buckets = path.join(cluster.folder, 'buckets');
    await cluster.postgres.backUp(databases);
    await cluster.s3.backUp(buckets);
    const [lost, after] = [await upload('after the copy'), await submit('came after')];

    await Promise.all([...cluster.roles.values()].map((role) => role.stop('SIGKILL')));
    await cluster.temporal.stop('SIGKILL');
    await cluster.postgres.crash();
    await cluster.s3.stop('SIGKILL');
    await cluster.postgres.restore(databases);
    await cluster.s3.restore(buckets);
    await cluster.postgres.startAgain();
    await cluster.s3.run();
    await cluster.temporal.run();
    for (const role of cluster.roles.keys()) await cluster.startRole(role);

    expect((await call('GET', `/v1/files/${kept}`)).body).toBe('before the copy');
    expect(await submit('has ended')).toMatchObject({ status: 200, id: done.id, state: 'completed' });
    for (const { id } of [running, later]) expect((await ends(id)).state).toBe('completed');
    expect((await call('GET', `/v1/files/${lost}`)).status).toBe(404);
    expect((await call('GET', `/v1/tasks/${after.id}`)).status).toBe(404);
    expect(await submit('came after')).toMatchObject({ status: 202, id: after.id });
    expect((await ends(after.id)).state).toBe('completed');
  }, 600_000);

  async function killRole(role: 'worker-1' | 'api'): Promise<void> {
    await cluster.roles.get(role)?.stop('SIGKILL');
    await cluster.startRole(role);
  }
});
