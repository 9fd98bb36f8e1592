import { TestApi } from '../support/api';
import { Harness } from '../support/harness';
import { until } from '../support/until';
import { listen, type ReceivedEvent } from './events';

let harness: Harness;
let api: TestApi;

beforeAll(async () => {
  harness = await Harness.start();
  await harness.startWorkers();
  api = await TestApi.start(harness);
});
afterAll(async () => {
  await api.close();
  await harness.close();
});

const events = (id: string) => `${api.url}${api.task(id)}/events`;
const log = (id: string, query = '') => `${api.url}${api.task(id)}/log${query}`;
const states = (received: ReceivedEvent[]) => received.map(({ data }) => data.state);
const messages = (received: ReceivedEvent[]) =>
  received.filter(({ event }) => event === 'line').map(({ data }) => data.message);

describe('GET /v1/tasks/{id}/events', () => {
  it('sends every change as it comes, and closes after the end', async () => {
    const waitFor = harness.file();
    const { id } = await api.submit('test.probe', { waitFor, value: 7 });
    await harness.reaches(id, 'running');
    const stream = listen(events(id));
    await harness.touch(waitFor);
    const { status, contentType, events: received } = await stream;
    expect({ status, contentType }).toEqual({ status: 200, contentType: 'text/event-stream; charset=utf-8' });
    expect(new Set(received.map(({ event }) => event))).toEqual(new Set(['state']));
    expect(states(received)[0]).toBe('running');
    expect(received.at(-1)?.data).toMatchObject({ id, state: 'completed', result: { value: 7 } });
    expect(new Set(received.map((one) => one.id)).size).toBe(received.length);
  });

  it('sends progress, which never falls', async () => {
    const waitFor = harness.file();
    const { id } = await api.submit('test.probe', { progress: [10, 60, 30], waitFor });
    // The task goes on once its progress was reported, however slow the machine is.
    const { events: received } = await listen(events(id), {}, (seen) => {
      if (seen.some(({ data }) => data.progress === 60)) void harness.touch(waitFor);
      return false;
    });
    const progress = received.map(({ data }) => data.progress);
    expect(progress).toEqual([...progress].sort((a, b) => a - b));
    expect(progress).toEqual(expect.arrayContaining([60, 100]));
  });

  it('ends when it has lasted for long, of whatever kind it is, and goes on for who connects again', async () => {
    const brief = await TestApi.start(harness, { limits: { streamSeconds: 1 } });
    const { id } = await api.submit('test.probe', {}, { delay: 3600 });
    const paths = [`${api.task(id)}/events`, `${api.task(id)}/log?follow=true`, '/v1/live'];
    const heard = await Promise.all(paths.map((path) => listen(`${brief.url}${path}`)));
    expect(heard.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(heard.map(({ events: [first] }) => first?.event)).toEqual(['state', undefined, 'still']);
    const known = heard[0]?.events.at(-1)?.id ?? '';
    const again = await listen(`${brief.url}${paths[0]}`, { 'Last-Event-ID': known });
    expect(again).toMatchObject({ status: 200, events: [] });
    await brief.close();
  });

  it('continues after Last-Event-ID: what is known is not sent again', async () => {
    const waitFor = harness.file();
    const { id } = await api.submit('test.probe', { waitFor });
    await harness.reaches(id, 'running');
    const { events: first } = await listen(events(id), {}, (received) => states(received).includes('running'));
    const known = first.at(-1)?.id ?? '';
    const resumed = listen(events(id), { 'Last-Event-ID': known });
    await harness.touch(waitFor);
    const { events: rest } = await resumed;
    expect(rest.map((one) => one.id)).not.toContain(known);
    expect(states(rest).at(-1)).toBe('completed');
  });

  it('sends the current state to a caller that missed changes', async () => {
    const { id } = await api.submit('test.probe', {}, {}, { Prefer: 'wait=30' });
    const { events: received } = await listen(events(id), { 'Last-Event-ID': 'run.of-yore' });
    expect(states(received)).toEqual(['completed']);
  });

  it('answers 204 when the caller knows the end, so that EventSource stays away', async () => {
    const { id } = await api.submit('test.probe', {}, {}, { Prefer: 'wait=30' });
    const { events: received } = await listen(events(id));
    const again = await listen(events(id), { 'Last-Event-ID': received.at(-1)?.id ?? '' });
    expect(again).toMatchObject({ status: 204, events: [] });
  });

  it('answers 429 beyond the limit of streams, and takes new ones when others have gone', async () => {
    const narrow = await TestApi.start(harness, { limits: { streams: 1 } });
    const { id } = await api.submit('test.probe', {}, { delay: 3600 });
    const url = `${narrow.url}${narrow.task(id)}/events`;
    const holding = new AbortController();
    await fetch(url, { signal: holding.signal });
    const refused = await narrow.get(`${narrow.task(id)}/events`);
    expect(refused).toMatchObject({ status: 429, body: { code: 'too-many-requests' } });
    expect(refused.headers.get('Retry-After')).toBe('1');
    holding.abort();
    await until('the place is free', async () => {
      const next = await listen(url, {}, (received) => received.length > 0);
      return next.status === 200;
    });
    await narrow.close();
  });

  it('answers HEAD at once', async () => {
    const { id } = await api.submit('test.probe', {}, { delay: 3600 });
    for (const path of ['events', 'log?follow=true']) {
      const { status, headers } = await api.call('HEAD', `${api.task(id)}/${path}`);
      expect({ status, type: headers.get('Content-Type') }).toEqual({
        status: 200,
        type: 'text/event-stream; charset=utf-8',
      });
    }
  });

  it('ends when the API closes', async () => {
    const closing = await TestApi.start(harness);
    const { id } = await api.submit('test.probe', {}, { delay: 3600 });
    let open = false;
    const stream = listen(`${closing.url}${closing.task(id)}/events`, {}, () => {
      open = true;
      return false;
    });
    await until('the stream is open', () => open);
    await closing.close();
    expect(states((await stream).events)).toEqual(['scheduled']);
  });
});

describe('GET /v1/tasks/{id}/log', () => {
  const lines = Array.from({ length: 150 }, (_, number) => `line ${number}`);

  it('shows the last 100 lines by default, as JSON or as text', async () => {
    const { id } = await api.submit('test.probe', { lines }, {}, { Prefer: 'wait=30' });
    const { body } = await api.get(`${api.task(id)}/log`);
    expect(body.lines.map(({ message }: { message: string }) => message)).toEqual(lines.slice(50));
    expect(body.lines[0]).toMatchObject({ level: 'info', attempt: 1, time: expect.stringMatching(/^\d{4}-/) });
    const text = await api.get(`${api.task(id)}/log?lines=2`, { Accept: 'text/plain' });
    expect(text.headers.get('Content-Type')).toBe('text/plain; charset=utf-8');
    expect(text.body).toMatch(/^\S+ INFO {2}\[1\] line 148\n\S+ INFO {2}\[1\] line 149\n$/);
  });

  it('is empty for a task that has logged nothing', async () => {
    const { id } = await api.submit('test.probe', {}, { delay: 3600 });
    expect((await api.get(`${api.task(id)}/log`)).body).toEqual({ lines: [] });
  });

  it('follows a running task: the last lines, then new ones as they come, then the end', async () => {
    const waitFor = harness.file();
    const { id } = await api.submit('test.probe', { lines: ['one', 'two'], failures: 1, retryAfter: 0.2, waitFor });
    await until(
      'the first attempt has logged',
      async () => (await api.get(`${api.task(id)}/log`)).body.lines.length > 1,
    );
    const stream = listen(log(id, '?lines=1'));
    await harness.touch(waitFor);
    const { events: received } = await stream;
    expect(messages(received)).toEqual(['two', expect.stringContaining('probe failed'), 'one', 'two']);
    expect(received.filter(({ event }) => event === 'line').map(({ data }) => data.attempt)).toEqual([1, 1, 2, 2]);
    expect(received.at(-1)).toMatchObject({ event: 'end', data: { state: 'completed' } });
  });

  it('is followed with ?follow=true too', async () => {
    const { id } = await api.submit('test.probe', { lines: ['one'] }, {}, { Prefer: 'wait=30' });
    const { contentType, events: received } = await listen(log(id, '?follow=true'), { Accept: '*/*' });
    expect(contentType).toContain('text/event-stream');
    expect(messages(received)).toEqual(['one']);
  });

  it('goes on after the line of Last-Event-ID, without loss and without repeats', async () => {
    const { id } = await api.submit('test.probe', { lines }, {}, { Prefer: 'wait=30' });
    const { events: all } = await listen(log(id, '?lines=1000'));
    const known = all.find(({ data }) => data.message === 'line 120')?.id ?? '';
    const { events: rest } = await listen(log(id), { 'Last-Event-ID': known });
    expect(messages(rest)).toEqual(lines.slice(121));
    const last = all.findLast(({ event }) => event === 'line')?.id ?? '';
    expect(await listen(log(id), { 'Last-Event-ID': last })).toMatchObject({ status: 204 });
  });

  it('sends the lines of two overlapping writers whose clocks differ', async () => {
    const waitFor = harness.file();
    const { id } = await api.submit('test.probe', { waitFor });
    const chunk = async (time: number, writer: string, message: string) =>
      harness.artifacts.appendLog(
        id,
        `${String(time).padStart(14, '0')}-000000-${writer}.ndjson`,
        `${JSON.stringify({ time: new Date(time).toISOString(), level: 'info', attempt: 1, message })}\n`,
      );
    const now = Date.now();
    await chunk(now, 'aaaaaa', 'ahead');
    const stream = listen(log(id), {}, (received) => {
      if (messages(received).length === 1)
        void chunk(now - 5000, 'bbbbbb', 'behind').then(() => harness.touch(waitFor));
      return false;
    });
    expect(messages((await stream).events)).toEqual(['ahead', 'behind']);
  });
});
