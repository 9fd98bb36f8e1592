import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createTransport } from 'nodemailer';
import { Keys } from '../../src/access/keys';
import { Sessions } from '../../src/access/sessions';
import { LocalArtifactStore } from '../../src/artifacts/local/local-store';
import { devServerArguments } from '../../src/embedded/dev-server';
import { GuardedUi } from '../../src/embedded/guarded-ui';
import { Outbox } from '../../src/embedded/outbox';
import { UiVisitors } from '../../src/embedded/ui-visitors';
import { freePort } from '../support/temporal-server';
import { until } from '../support/until';

let folder: string;
let backend: Server;
let ui: GuardedUi;
let url: string;
let keys: Keys;
let sessions: Sessions;
const seen: IncomingHttpHeaders[] = [];

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'holdfast-ui-'));
  const { entries } = new LocalArtifactStore(folder);
  [keys, sessions] = [new Keys(entries), new Sessions(entries)];
  backend = createServer(({ headers }, response) => {
    seen.push(headers);
    response.end('the Web UI');
  }).listen(0, '127.0.0.1');
  await once(backend, 'listening');
  const visitors = new UiVisitors(entries, { bosses: { scopes: ['admin'] }, guests: { scopes: ['read'] } });
  const place = { host: '127.0.0.1', port: (backend.address() as AddressInfo).port };
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  const mayEnter = (headers: IncomingHttpHeaders) => visitors.mayEnter(headers);
  ui = await GuardedUi.open({ host: '127.0.0.1', port, backend: place, mayEnter });
});
afterAll(async () => {
  await ui.close();
  backend.close();
  await rm(folder, { recursive: true, force: true });
});

const key = async (scopes: string[], tenant?: string) =>
  (await keys.create({ name: 'visitor', scopes, ...(tenant && { tenant }) }, 'test')).secret;
const cookie = async (owner: Parameters<Sessions['start']>[0]) =>
  `theme=dark; holdfast_session=${await sessions.seal(await sessions.start(owner))}`;
const person = (group: string) => ({ id: '1', name: 'Ada', groups: [group], place: '-' });
const idOf = (secret: string) => secret.split('_')[1] ?? '';

const VISITORS: [who: string, status: number, headers: () => Promise<Record<string, string>>][] = [
  ['nobody', 401, async () => ({})],
  ['an administrator', 200, async () => ({ Authorization: `Bearer ${await key(['admin'])}` })],
  [
    'an administrator who types the key as password',
    200,
    async () => ({ Authorization: `Basic ${Buffer.from(`any:${await key(['admin'])}`).toString('base64')}` }),
  ],
  ['an operator', 401, async () => ({ Authorization: `Bearer ${await key(['operate'])}` })],
  ["a tenant's administrator", 401, async () => ({ Authorization: `Bearer ${await key(['admin'], 'acme')}` })],
  ['a key that is none', 401, async () => ({ Authorization: `Bearer hf_${'0'.repeat(16)}_${'x'.repeat(43)}` })],
  [
    "an administrator's session",
    200,
    async () => ({ Cookie: await cookie({ name: 'a', keyId: idOf(await key(['admin'])) }) }),
  ],
  ["a reader's session", 401, async () => ({ Cookie: await cookie({ name: 'r', keyId: idOf(await key(['read'])) }) })],
  ['a person with the right', 200, async () => ({ Cookie: await cookie({ name: 'Ada', person: person('bosses') }) })],
  ['a person without', 401, async () => ({ Cookie: await cookie({ name: 'Ada', person: person('guests') }) })],
];

it.each(VISITORS)("once keys are needed, %s gets %d from Temporal's Web UI", async (_who, status, headers) => {
  seen.length = 0;
  const answer = await fetch(url, { headers: await headers() });
  expect(answer.status).toBe(status);
  expect(seen).toHaveLength(status === 200 ? 1 : 0);
  // What opens the API goes no further.
  expect(JSON.stringify(seen)).not.toMatch(/hf_|holdfast_session/);
});

it('the mail server for mails that go nowhere takes them of its own worker only', async () => {
  const outbox = await Outbox.open({ folder: path.join(folder, 'outbox'), maxBytes: 10_000 });
  const mail = { from: 'a@example.com', to: 'b@example.com', subject: 'x', text: 'x' };
  const stranger = new URL(outbox.url);
  stranger.username = '';
  stranger.password = '';
  await expect(createTransport(stranger.href).sendMail(mail)).rejects.toThrow(/530|[Aa]uth/);
  stranger.username = 'worker';
  stranger.password = 'guess';
  await expect(createTransport(stranger.href).sendMail(mail)).rejects.toThrow(/535|[Aa]uth|login/);
  await expect(createTransport(outbox.url).sendMail(mail)).resolves.toMatchObject({ accepted: ['b@example.com'] });
  await outbox.close();
});

it('the HTTP API of Temporal, which has no guard, takes nothing from a page of another site', async () => {
  const [port, http] = [await freePort(), await freePort()];
  const options = [...devServerArguments({ port }), '--http-port', String(http)];
  const server = spawn(process.env.TEMPORAL_CLI_PATH ?? 'temporal', options, { stdio: 'ignore' });
  try {
    const start = (host: string) =>
      fetch(`http://${host}:${http}/api/v1/namespaces/default/workflows/evil`, {
        method: 'POST',
        // What a page may send to anywhere without being asked about.
        headers: { 'Content-Type': 'text/plain' },
        body: JSON.stringify({ workflowType: { name: 'test.probe' }, taskQueue: { name: 'default' } }),
      });
    const { status } = await until('it answers', () => start('127.0.0.1').catch(() => undefined));
    expect([status, (await start('localhost')).status]).toEqual([403, 403]);
  } finally {
    server.kill('SIGKILL');
    await once(server, 'exit');
  }
});
