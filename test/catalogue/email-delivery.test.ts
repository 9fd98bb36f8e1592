import { inspect } from 'node:util';
import type { Handler } from '../../src/activities/attempt/handler';
import { runVerifier } from '../../src/activities/attempt/run-verifier';
import type { Verdict } from '../../src/activities/breaker/verdict';
import type { ArtifactStore } from '../../src/artifacts/store';
import { emailSend } from '../../src/catalogue/email-send/contract';
import { createEmailSend } from '../../src/catalogue/email-send/handler';
import { verifyEmailSend } from '../../src/catalogue/email-send/recorded';
import { TaskClient } from '../../src/client/task-client';
import { createHandlerContext } from '../support/handler-context';
import { Harness } from '../support/harness';
import { type EmailInput, failure, letter, send, settingsFor } from '../support/inputs/emails';
import { MailServer, type Manners } from '../support/servers/mail-server';
import { freePort } from '../support/temporal-server';
import { until } from '../support/until';

const NEVER = new Promise<undefined>(() => undefined);

let server: MailServer;

beforeAll(async () => {
  server = await MailServer.start();
});
afterEach(() => server.reset());
afterAll(() => server.close());

describe('before the message is out', () => {
  it.each<[string, Manners, string, Verdict['speaks']]>([
    ['connection', { connect: () => 421 }, 'TRANSIENT_NETWORK', 'against'],
    ['recipient', { recipient: () => 450 }, 'TRANSIENT_RESOURCE', 'against'],
    ['recipient', { recipient: () => 550 }, 'PERMANENT_NOT_FOUND', 'for'],
    ['recipient', { recipient: () => 'drop' }, 'TRANSIENT_NETWORK', 'against'],
    ['message', { answer: () => 452 }, 'TRANSIENT_RESOURCE', 'against'],
    ['message', { answer: () => 554 }, 'PERMANENT_PERMISSION', 'for'],
    ['message', { answer: () => 421 }, 'TRANSIENT_NETWORK', 'against'],
  ])('a refused %s is classified by the reply (%#)', async (_, manners, code, speaks) => {
    for (const delivery of ['at-least-once', 'at-most-once'] as const) {
      server.manners = manners;
      expect(await failure(send(settingsFor(server), { delivery }))).toMatchObject({ code, speaks });
    }
  });

  it('of many refused recipients the temporary refusal counts', async () => {
    server.manners = { recipient: (address) => (address.startsWith('ada') ? 450 : 550) };
    const { code } = await failure(send(settingsFor(server), { to: ['bob@example.com', 'ada@example.com'] }));
    expect(code).toBe('TRANSIENT_RESOURCE');
  });

  it('a wrong password is a wrong setting, and is not shown', async () => {
    const secret = await MailServer.start({ secret: true });
    secret.manners = { login: (user, password) => (`${user}:${password}` === 'me:right' ? undefined : 535) };
    const withPassword = (password: string) =>
      send(settingsFor(secret, { server: secret.url.replace('//', `//me:${password}@`) }));
    const wrong = await failure(withPassword('hush-hush'));
    expect(wrong).toMatchObject({ code: 'CONFIG_INVALID_SETTING', speaks: 'not' });
    expect(JSON.stringify(wrong)).not.toContain('hush-hush');
    expect((await withPassword('right')).accepted).toEqual(['ada@example.com']);
    const said = (password: string) =>
      `no ${password} ${Buffer.from(`\0me\0${password}`).toString('base64')} ${encodeURIComponent(password)}`;
    secret.manners = { login: (_user, password) => ({ code: 535, text: said(password) }) };
    const repeated = inspect(await withPassword('hush%2Fhush').catch((error: unknown) => error), { depth: 9 });
    expect(repeated).toContain('no [REDACTED]');
    expect(repeated).not.toMatch(/hush|aHVzaC|h1c2|odXNo/);
    secret.manners = {
      recipient: (address) => (address.startsWith('bob') ? { code: 550, text: said('right') } : undefined),
    };
    const server = secret.url.replace('//', '//me:right@');
    const { rejected } = await send(settingsFor(secret, { server }), { to: ['ada@example.com', 'bob@example.com'] });
    expect(rejected).toEqual([{ address: 'bob@example.com', response: expect.stringContaining('no [REDACTED]') }]);
    expect(rejected[0]?.response).not.toMatch(/right|cmlnaH/);
    await secret.close();
  });

  it('no server is a failed connection, and no setting a missing one', async () => {
    const away = settingsFor(server, { server: `smtp://127.0.0.1:${await freePort()}` });
    expect(await failure(send(away))).toMatchObject({ code: 'TRANSIENT_NETWORK', speaks: 'against' });
    const none = settingsFor(server, { server: undefined });
    expect(await failure(send(none))).toMatchObject({
      code: 'CONFIG_MISSING_SETTING',
      message: expect.stringContaining('HOLDFAST_SMTP_URL'),
    });
  });

  it('a message cut off in its middle has surely not been taken', async () => {
    server.manners = { message: () => 'drop' };
    const { context } = createHandlerContext();
    const { hash: artifact } = await context.artifacts.put(Buffer.alloc(8 * 1024 * 1024, 'x'));
    const attachments = [{ artifact, name: 'large.bin' }];
    const { artifacts } = context;
    const cut = send(settingsFor(server), { attachments, delivery: 'at-most-once' }, { artifacts });
    expect(await failure(cut)).toMatchObject({ code: 'TRANSIENT_NETWORK', speaks: 'against' });
    expect(server.received).toEqual([]);
  });

  it('files that are missing or too large fail for good, and nobody is called', async () => {
    server.manners = {
      connect: () => {
        throw new Error('nobody should call');
      },
    };
    const { context } = createHandlerContext();
    const { hash } = await context.artifacts.put(Buffer.alloc(2000));
    const sendFile = (artifact: string, text = 'hello') =>
      send(
        settingsFor(server, { maxBytes: 3000 }),
        { text, attachments: [{ artifact, name: 'a' }] },
        { artifacts: context.artifacts },
      );
    expect(await failure(sendFile(`sha256:${'0'.repeat(64)}`))).toMatchObject({ code: 'PERMANENT_NOT_FOUND' });
    for (const text of ['x'.repeat(1001), 'x'.repeat(3001)]) {
      expect(await failure(sendFile(hash, text))).toMatchObject({
        code: 'PERMANENT_VALIDATION',
        message: expect.stringContaining('HOLDFAST_EMAIL_MAX_BYTES'),
      });
    }
  });

  it('a stop ends the call at once', async () => {
    let asked = false;
    server.manners = {
      recipient: () => {
        asked = true;
        return NEVER;
      },
    };
    const { context, abort } = createHandlerContext();
    const sending = createEmailSend(settingsFor(server))(emailSend.input.parse(letter()), context);
    await until('the server was asked', () => asked);
    const reason = new Error('cancelled');
    abort(reason);
    await expect(sending).rejects.toBe(reason);
  });
});

describe('once the message is out', () => {
  it('an answer that comes after the stop still counts', async () => {
    let answer: (() => void) | undefined;
    server.manners = { answer: () => new Promise((resolve) => (answer = () => resolve(undefined))) };
    const { context, abort } = createHandlerContext();
    const sending = createEmailSend(settingsFor(server))(emailSend.input.parse(letter()), context);
    await until('the message is in', () => answer);
    abort();
    answer?.();
    expect(await sending).toMatchObject({ accepted: ['ada@example.com'] });
  });

  it.each<[string, Manners, number]>([
    ['a lost connection', { answer: () => 'drop' }, 30],
    ['silence', { answer: () => NEVER }, 1],
  ])('%s leaves the outcome unknown', async (_, manners, timeout) => {
    server.manners = manners;
    const settings = settingsFor(server, { timeout });
    const again = await failure(send(settings, { delivery: 'at-least-once' }));
    expect(again).toMatchObject({ code: 'TRANSIENT_NETWORK', speaks: 'against' });
    const once = await failure(send(settings, { delivery: 'at-most-once' }));
    expect(once).toMatchObject({ code: 'OUTCOME_UNKNOWN', speaks: 'not' });
    for (const { message } of [again, once]) expect(message).toMatch(/^Outcome unknown: the message is out/);
    expect(server.received).toHaveLength(2);
  });
});

describe('what the attempts record', () => {
  const generation = 'generation-1';
  const verify = (artifacts: ArtifactStore, input = letter()) =>
    runVerifier(emailSend, verifyEmailSend, { taskId: 'email.send:1', generation, input }, { artifacts });

  it('answers a repeated attempt with the first result, and sends nothing', async () => {
    const { artifacts } = createHandlerContext().context;
    expect(await verify(artifacts)).toMatchObject({ effect: 'absent' });
    const first = await send(settingsFor(server), {}, { artifacts });
    expect(await verify(artifacts)).toMatchObject({
      effect: 'done',
      output: first,
      evidence: expect.stringContaining('250'),
    });
    // Not even settings that would refuse it now matter: it is sent.
    expect(await send(settingsFor(server, { server: undefined }), {}, { artifacts })).toEqual(first);
    expect(server.received).toHaveLength(1);
    expect(await verify(artifacts, letter({ subject: 'Corrected' }))).toMatchObject({ effect: 'absent' });
  });

  it.each<[string, Manners, 'unknown' | 'absent', number]>([
    ['no answer came', { answer: () => 'drop' }, 'unknown', 1],
    ['the message was refused', { answer: () => 452 }, 'absent', 1],
    ['the recipient was refused', { recipient: () => 450 }, 'absent', 0],
  ])('tells what can be known when %s', async (_, manners, effect, received) => {
    const { artifacts } = createHandlerContext().context;
    server.manners = manners;
    await failure(send(settingsFor(server), {}, { artifacts }));
    expect(await verify(artifacts)).toMatchObject({ effect });
    expect(server.received).toHaveLength(received);
  });

  it('keeps the doubt of an earlier attempt when a later one is refused', async () => {
    const { artifacts } = createHandlerContext().context;
    const attempts: Manners[] = [{ answer: () => 'drop' }, { answer: () => 452 }];
    for (const [index, manners] of attempts.entries()) {
      server.manners = manners;
      await failure(send(settingsFor(server), {}, { artifacts, attempt: index + 1 }));
    }
    expect(await verify(artifacts)).toMatchObject({ effect: 'unknown' });
  });

  it('that cannot be written after the answer fails no mail that is sent', async () => {
    const { artifacts } = createHandlerContext().context;
    const full = Object.assign(Object.create(artifacts), {
      putRecord: (name: string, value: unknown) =>
        name.endsWith('-handed-over') ? artifacts.putRecord(name, value) : Promise.reject(new Error('ENOSPC')),
    });
    expect(await send(settingsFor(server), {}, { artifacts: full })).toMatchObject({ accepted: ['ada@example.com'] });
    expect(server.received).toHaveLength(1);
  });
});

describe('as a task', () => {
  let harness: Harness;
  let tasks: TaskClient;
  const policy = { firstDelay: 0.2, cap: 0.5 };
  beforeAll(async () => {
    harness = await Harness.start();
    const { artifacts, temporal: client } = harness;
    tasks = new TaskClient({ client, contracts: [emailSend], artifacts, deadline: 10 });
    await harness.startWorkers({
      contracts: [emailSend],
      handlers: { 'email.send': createEmailSend(settingsFor(server)) as unknown as Handler },
      queues: ['email'],
    });
  });
  afterAll(() => harness.close());

  const submit = async (more: Partial<EmailInput>, limits: object = policy) =>
    (await tasks.submit({ type: 'email.send', input: letter(more), policy: limits })).task.id;
  const reaches = (id: string, state: string) =>
    until(`${id} is ${state}`, async () => {
      const task = await tasks.read(id);
      return task.state === state ? task : undefined;
    });

  it('it is sent again after a lost answer, under the same Message-ID', async () => {
    let answers = 0;
    server.manners = { answer: () => (answers++ === 0 ? 'drop' : undefined) };
    const task = await tasks.wait(await submit({}), 60);
    expect(task).toMatchObject({
      state: 'completed',
      attempts: 2,
      failures: [{ code: 'TRANSIENT_NETWORK' }],
      result: { messageId: server.received[0]?.messageId },
    });
    expect(server.received.map(({ messageId }) => messageId)).toEqual(Array(2).fill(server.received[0]?.messageId));
  });

  it('with at-most-once it waits for a person after a lost answer, and no timer sends it again', async () => {
    server.manners = { answer: () => 'drop' };
    const id = await submit({ delivery: 'at-most-once' });
    const task = await reaches(id, 'dead-lettered');
    expect(task).toMatchObject({ attempts: 1, failure: { code: 'OUTCOME_UNKNOWN' } });
    expect(task.why?.message).toMatch(/^Outcome unknown: the message is out/);
    expect(task.parking).toMatchObject({ maxRedrives: 0 });
    expect(task.parking?.nextRedriveAt).toBeUndefined();
    server.manners = {};
    await tasks.act(id, 'retry');
    expect(await tasks.wait(id, 60)).toMatchObject({ state: 'completed' });
    expect(new Set(server.received.map(({ messageId }) => messageId)).size).toBe(1);
  });

  it('with at-most-once it is unknown, not timed out, when its time ends before the answer', async () => {
    server.manners = { answer: () => NEVER };
    const id = await submit({ delivery: 'at-most-once' }, { ...policy, timeout: 1 });
    expect(await reaches(id, 'dead-lettered')).toMatchObject({ failure: { code: 'OUTCOME_UNKNOWN' } });
    expect(server.received).toHaveLength(1);
  });

  it.each(['recipient', 'answer'] as const)(
    'with at-most-once what the server surely did not take (refused with %s) is sent again',
    async (stage) => {
      let refusals = 0;
      server.manners = { [stage]: () => (refusals++ < 2 ? 451 : undefined) };
      const task = await tasks.wait(await submit({ delivery: 'at-most-once' }), 60);
      expect(task).toMatchObject({ state: 'completed', attempts: 3 });
      expect(server.received).toHaveLength(stage === 'answer' ? 3 : 1);
    },
  );

  it('with at-most-once a server that takes nothing leaves a dead letter that heals by itself', async () => {
    server.manners = { recipient: () => 451 };
    const id = await submit({ delivery: 'at-most-once' }, { ...policy, attempts: 1, redrives: { transient: [1] } });
    const { parking } = await reaches(id, 'dead-lettered');
    expect(parking).toMatchObject({ maxRedrives: 1, nextRedriveAt: expect.any(String) });
    server.manners = {};
    expect(await tasks.wait(id, 60)).toMatchObject({ state: 'completed' });
  });
});
