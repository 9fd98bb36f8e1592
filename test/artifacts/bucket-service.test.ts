import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { LocalArtifactStore } from '../../src/artifacts/local/local-store';
import { openArtifactStore } from '../../src/artifacts/open';
import type { KeptArtifactStore } from '../../src/artifacts/store';
import { artifacts as artifactsCheck } from '../../src/cli/doctor/artifacts';
import { TaskClient } from '../../src/client/task-client';
import { readConfig } from '../../src/config';
import { effectKey } from '../../src/tasks/keys';
import { API_CONTRACTS, TestApi } from '../support/api';
import { Harness } from '../support/harness';
import { cli } from '../support/processes/cli';
import { canRunS3, S3_KEYS, S3Server } from '../support/servers/s3-server';
import { until } from '../support/until';
import { LossyProxy } from './lossy-proxy';

if (!canRunS3) console.warn('There is neither a built S3 server nor Go to build one: buckets are not tested.');

(canRunS3 ? describe : describe.skip)('a bucket as the artifact store', () => {
  let server: S3Server;
  let harness: Harness;

  beforeAll(async () => {
    Object.assign(process.env, S3_KEYS);
    [server, harness] = await Promise.all([S3Server.start('team'), Harness.start()]);
  }, 600_000);
  afterAll(async () => {
    await harness.close();
    await server.remove();
  });

  const settings = (prefix: string, more: NodeJS.ProcessEnv = {}) => ({
    HOLDFAST_ARTIFACTS: `s3://team/${prefix}`,
    HOLDFAST_S3_ENDPOINT: server.endpoint,
    ...more,
  });
  const storeOf = (prefix: string, more?: NodeJS.ProcessEnv) => openArtifactStore(readConfig(settings(prefix, more)));
  const examine = (env: NodeJS.ProcessEnv) => artifactsCheck.look({ config: readConfig(env) });

  function startApi(artifacts: KeptArtifactStore): Promise<TestApi> {
    const tasks = new TaskClient({ client: harness.temporal, contracts: API_CONTRACTS, artifacts, deadline: 10 });
    return TestApi.start(harness, { artifacts, tasks });
  }

  it('is asked for by one setting, and examined by the doctor', async () => {
    expect(await examine(settings('doctor'))).toEqual([
      { name: 'artifacts', level: 'ok', message: 's3://team/doctor/ can be written and read.' },
    ]);
    const [missing] = await examine({ ...settings(''), HOLDFAST_ARTIFACTS: 's3://no-such-bucket/x' });
    expect(missing).toMatchObject({
      level: 'broken',
      message: 'The artifact store s3://no-such-bucket/x/: there is no such bucket.',
      todo: expect.stringContaining('HOLDFAST_S3_ENDPOINT'),
    });
    const { artifacts } = readConfig({ HOLDFAST_ARTIFACTS: 's3://team//a/b//', AWS_REGION: 'eu-central-1' });
    expect(artifacts).toMatchObject({ bucket: 'team', prefix: 'a/b/', region: 'eu-central-1', presign: false });
    for (const wrong of ['s3://', 's3://UPPER/x', 's3:bucket', 's3://bucket/white space']) {
      expect(() => readConfig({ HOLDFAST_ARTIFACTS: wrong })).toThrow(/HOLDFAST_ARTIFACTS.*s3:\/\/bucket/);
    }
  });

  it('informs every process that somebody looks at a task', async () => {
    const [store, other] = [storeOf('watch'), storeOf('watch')];
    expect(await other.watchedAt('test.probe:w')).toBeUndefined();
    const before = Date.now();
    await store.watch('test.probe:w');
    const at = await until('the sign is seen', () => other.watchedAt('test.probe:w'));
    expect(Math.abs(at - before)).toBeLessThan(60_000);
    expect(await other.watchedAt('test.probe:x')).toBeUndefined();
    expect(await store.housekeeping.removeTemporary(new Date(Date.now() + 60_000))).toBe(1);
  });

  it('is not led astray by answers that get lost', async () => {
    const proxy = await LossyProxy.start(() => server.port);
    try {
      const store = storeOf('lossy', { HOLDFAST_S3_ENDPOINT: proxy.endpoint });
      const isWrite = ({ method }: { method?: string | undefined }) => method === 'PUT';
      proxy.loseNext(isWrite);
      expect(await store.entries.add('list', '1', 'mine')).toBe(true);
      expect(await store.entries.add('list', '1', 'mine')).toBe(false);
      const name = effectKey('test.probe:lossy', 'generation-1');
      for (const line of [1, 2, 3]) {
        proxy.loseNext(isWrite);
        await store.appendJournal(name, line);
      }
      expect(await storeOf('lossy').readJournal(name)).toEqual([1, 2, 3]);
      proxy.loseNext(isWrite);
      expect(await store.putRecord(name, { sent: true })).toEqual({ sent: true });
      expect(proxy.lost).toBe(5);
    } finally {
      await proxy.stop();
    }
  });

  it('sends callers to the bucket for their files where that is set, and streams them where not', async () => {
    for (const presign of ['on', 'off']) {
      const store = storeOf('presigned', { HOLDFAST_S3_PRESIGN: presign });
      const { hash } = await store.put(Buffer.from('for the caller'));
      const api = await startApi(store);
      try {
        const url = `${api.url}/v1/files/${hash}?name=a%20b.txt`;
        const first = await fetch(url, { redirect: 'manual' });
        expect(first.status).toBe(presign === 'on' ? 302 : 200);
        const answer = await fetch(url);
        expect(await answer.text()).toBe('for the caller');
        expect(answer.headers.get('content-disposition')).toBe('attachment; filename="a b.txt"');
        expect((await api.get(`/v1/files/sha256:${'0'.repeat(64)}`)).status).toBe(404);
      } finally {
        await api.close();
      }
    }
  });

  it('is said to be away by uploads, downloads, submissions and readiness, and comes back by itself', async () => {
    const store = storeOf('away');
    const { hash } = await store.put(Buffer.from('here'));
    const api = await startApi(store);
    const stop = await harness.startWorkers({ artifacts: store });
    try {
      expect((await api.get('/health/ready')).status).toBe(200);
      await server.stop('SIGKILL');
      const away = { status: 503, body: { code: 'storage-unavailable' } };
      const upload = () => api.call('POST', '/v1/files', { raw: Buffer.from('new') });
      expect(await upload()).toMatchObject(away);
      expect(await api.get(`/v1/files/${hash}`)).toMatchObject(away);
      const large = { type: 'test.probe', input: { value: 'x'.repeat(300_000) } };
      expect(await api.post('/v1/tasks', large)).toMatchObject(away);
      await until('readiness knows', async () => (await api.get('/health/ready')).body.code === 'storage-unavailable');
      // What needs no file goes on.
      const { body } = await api.post('/v1/tasks', { type: 'test.probe', input: { value: 1 } });
      await harness.reaches(body.id, 'completed');
      await server.run();
      expect((await upload()).status).toBe(201);
      await until('readiness knows', async () => (await api.get('/health/ready')).status === 200);
    } finally {
      await server.run();
      await api.close();
      await stop();
    }
  });

  it('takes everything of a folder over and gives it back, with one command that goes on where it was interrupted', async () => {
    const folders = [0, 1].map(() => mkdtempSync(path.join(tmpdir(), 'holdfast-move-')));
    const [folder = '', back = ''] = folders;
    const old = new LocalArtifactStore(folder);
    const name = effectKey('test.probe:move', 'generation-1');
    const { hash } = await old.put(Buffer.alloc(9 * 1024 * 1024, 7));
    await old.put(Buffer.from('small'));
    await old.putRecord(name, { file: hash });
    await old.appendLog('test.probe:move', '001', 'a line\n');
    await old.entries.add('list', '1', { url: 'x' });
    for (let line = 0; line < 450; line++) await old.appendJournal(name, line);
    const move = async (from: string, to: string, ...flags: string[]) => {
      const args = ['artifacts', 'move', '--from', from, '--to', to, '--json', ...flags];
      const { code, stdout, stderr } = await cli(harness, args, { env: { HOLDFAST_S3_ENDPOINT: server.endpoint } });
      if (stderr) throw new Error(stderr);
      return { code, ...JSON.parse(stdout) };
    };
    const url = 's3://team/moved';
    expect(await move(folder, url, '--files-only')).toMatchObject({
      code: 0,
      copied: { files: 2, texts: 0, journals: 0 },
    });
    const rest = { copied: { files: 0, texts: 3, journals: 1 }, already: { files: 2, texts: 0, journals: 0 } };
    expect(await move(folder, url)).toMatchObject({ code: 0, whole: true, bytes: 0, ...rest });
    await old.appendJournal(name, 450);
    const more = { copied: { files: 0, texts: 0, journals: 1 }, already: { files: 2, texts: 3, journals: 0 } };
    expect(await move(folder, url)).toMatchObject({ code: 0, ...more });
    expect(await move(url, back)).toMatchObject({ code: 0, copied: { files: 2, texts: 3, journals: 1 } });

    for (const store of [storeOf('moved'), new LocalArtifactStore(back)]) {
      expect(
        createHash('sha256')
          .update(await store.read(hash))
          .digest('hex'),
      ).toBe(hash.slice(7));
      expect(await store.getRecord(name)).toEqual({ file: hash });
      expect(await store.listLog('test.probe:move')).toEqual(['001']);
      expect(await store.entries.get('list', '1')).toEqual({ url: 'x' });
      expect(await store.readJournal(name)).toEqual(Array.from({ length: 451 }, (_, line) => line));
    }
    // A file that has rotted, and a place that has something else already.
    writeFileSync(new LocalArtifactStore(back).pathOf(hash), 'rotten');
    await storeOf('other').putRecord(name, 'another');
    const { code, damaged, different } = await move(back, 's3://team/other');
    expect({ code, damaged, different }).toMatchObject({ code: 1, damaged: [hash], different: [expect.any(String)] });
    expect(await storeOf('other').getRecord(name)).toBe('another');
    for (const one of folders) rmSync(one, { recursive: true, force: true });
  });
});
