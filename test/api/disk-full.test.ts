import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { LocalArtifactStore } from '../../src/artifacts/local/local-store';
import { disk } from '../../src/cli/doctor/disk';
import { TaskClient } from '../../src/client/task-client';
import { readConfig } from '../../src/config';
import { lookAtDisks } from '../../src/monitor/watchdog/disks';
import { API_CONTRACTS, TestApi } from '../support/api';
import { Harness } from '../support/harness';
import { until } from '../support/until';

const MIB = 1024 ** 2;
const folder = mkdtempSync(path.join(tmpdir(), 'holdfast-small-disk-'));

/** A disk of 8 MiB; only root can mount one. */
function mounted(): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', folder], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
const hasDisk = mounted();

afterAll(() => {
  if (hasDisk) execFileSync('umount', [folder]);
  rmSync(folder, { recursive: true, force: true });
});

(hasDisk ? describe : describe.skip)('a full disk', () => {
  let harness: Harness;
  let api: TestApi;

  beforeAll(async () => {
    harness = await Harness.start();
    const artifacts = new LocalArtifactStore(path.join(folder, 'artifacts'));
    const tasks = new TaskClient({ client: harness.temporal, contracts: API_CONTRACTS, artifacts, deadline: 10 });
    api = await TestApi.start(harness, { artifacts, tasks, maxUploadBytes: 64 * MIB });
  });
  afterAll(async () => {
    await api.close();
    await harness.close();
  });

  const upload = (bytes: number) => api.call('POST', '/v1/files', { raw: Buffer.alloc(bytes, bytes % 251) });

  it('is said to be one by every call that stores something, by readiness, doctor and alert, and is over when there is room', async () => {
    const full = { status: 507, body: { code: 'storage-full' } };
    expect((await upload(1000)).status).toBe(201);
    expect(await upload(16 * MIB)).toMatchObject(full);
    // Of what is kept meanwhile, such as a line of the audit log, a file may be there for a moment.
    const leftovers = () => readdir(path.join(folder, 'artifacts', 'tmp'));
    await until('what could not be stored as a whole has left nothing', async () => (await leftovers()).length === 0);
    expect((await api.get('/health/ready')).status).not.toBe(507);

    const filler = path.join(folder, 'filler');
    await writeFile(filler, Buffer.alloc(8 * MIB)).catch(() => undefined);
    expect(await upload(64 * 1024)).toMatchObject(full);
    const large = { type: 'test.probe', input: { value: 'x'.repeat(300_000) } };
    expect(await api.post('/v1/tasks', large)).toMatchObject(full);
    const subscription = { url: 'https://example.com/hook', events: ['*'] };
    expect(await api.post('/v1/webhook-subscriptions', subscription)).toMatchObject(full);
    expect(await api.post('/v1/batches', { tasks: [{ ...large, key: 'a' }] })).toMatchObject(full);
    const { body } = await api.post('/v1/tasks/bulk', { tasks: [large] });
    expect(body.outcomes[0]).toMatchObject({ status: 507 });
    // What is kept elsewhere goes on: no list needs room.
    expect((await api.get('/v1/tasks?limit=1')).status).toBe(200);
    expect(await soon(() => api.get('/health/ready'), 507)).toMatchObject(full);

    const config = {
      ...readConfig({}),
      HOLDFAST_HOME: folder,
      artifacts: { kind: 'folder', folder: path.join(folder, 'artifacts') },
    };
    const [home] = await disk.look({ config } as never);
    expect(home).toMatchObject({ name: 'disk:home', level: 'broken', todo: expect.stringContaining('Make room') });
    const [condition] = await lookAtDisks({ HOLDFAST_HOME: folder })();
    expect(condition).toMatchObject({ key: 'disk-full:HOLDFAST_HOME', severity: 'CRITICAL', value: 0 });

    await rm(filler);
    expect((await upload(64 * 1024)).status).toBe(201);
    expect((await soon(() => api.get('/health/ready'), 200)).status).toBe(200);
  });

  /** Readiness is a few seconds old. */
  async function soon<T extends { status: number }>(ask: () => Promise<T>, status: number): Promise<T> {
    for (const end = Date.now() + 20_000; ; ) {
      const answer = await ask();
      if (answer.status === status || Date.now() > end) return answer;
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  }
});
