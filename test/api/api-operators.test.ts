import { TestApi } from '../support/api';
import { Harness } from '../support/harness';

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

const asked = (id: string, action: string, body?: object) => api.post(`${api.task(id)}/${action}`, body);

async function failedTask(): Promise<string> {
  const input = { failures: 1, code: 'PERMANENT_VALIDATION' };
  const { id } = await api.submit('test.probe', input, {}, { Prefer: 'wait=30' });
  await harness.reaches(id, 'failed');
  return id;
}

describe("operators' messages", () => {
  it('cancel a task, and say in its timeline who asked and why', async () => {
    const { id } = await api.submit('test.probe', { waitFor: harness.file() });
    const answer = await asked(id, 'cancel', { by: 'ada', reason: 'a mistake' });
    expect({ status: answer.status, id: answer.body.id }).toEqual({ status: 202, id });
    await harness.reaches(id, 'cancelled');
    const { body } = await api.get(`${api.task(id)}/timeline`);
    expect(body.entries).toContainEqual(
      expect.objectContaining({ event: 'cancel-requested', by: 'ada', reason: 'a mistake' }),
    );
  });

  it('pause a task and let it go on', async () => {
    const { id } = await api.submit('test.probe', {}, { delay: 3600 });
    expect((await asked(id, 'pause')).status).toBe(202);
    await harness.reaches(id, 'paused');
    expect((await asked(id, 'resume', { by: 'ada' })).status).toBe(202);
    await harness.reaches(id, 'scheduled');
  });

  it('need no body where they need nothing, and are from "api" then', async () => {
    const { id } = await api.submit('test.probe', {}, { delay: 3600 });
    await asked(id, 'pause');
    await harness.reaches(id, 'paused');
    const { body } = await api.get(`${api.task(id)}/timeline`);
    expect(body.entries).toContainEqual(expect.objectContaining({ event: 'operator-pause', by: 'api' }));
  });

  it('retry a failed task with corrected input, as the same task', async () => {
    const id = await failedTask();
    expect(await asked(id, 'retry', { input: { failures: -1, value: 'corrected' } })).toMatchObject({ status: 202 });
    expect(await harness.reaches(id, 'completed')).toMatchObject({ result: { value: 'corrected' } });
  });

  it('refuse a corrected input that the contract refuses', async () => {
    const id = await failedTask();
    expect(await asked(id, 'retry', { input: { failures: 'none' } })).toMatchObject({
      status: 422,
      body: { code: 'invalid-request', errors: [{ pointer: '/input/failures' }] },
    });
  });

  it("give a result in the handler's place, checked by the contract", async () => {
    const { id } = await api.submit('test.probe', { waitFor: harness.file() });
    expect(await asked(id, 'resolve', { result: { value: 1 } })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/result/attempt' }] },
    });
    expect((await asked(id, 'resolve', { result: { value: 'by hand', attempt: 0 }, by: 'ada' })).status).toBe(202);
    expect(await harness.reaches(id, 'completed')).toMatchObject({ result: { value: 'by hand' }, resolvedBy: 'ada' });
  });

  it.each([
    ['fail', 'FAILED_BY_OPERATOR'],
    ['abandon', 'ABANDONED'],
  ])('%s a task with a reason', async (action, code) => {
    const { id } = await api.submit('test.probe', { waitFor: harness.file() });
    expect((await asked(id, action, { reason: 'not worth it' })).status).toBe(202);
    const ended = await harness.reaches(id, 'failed');
    expect(ended.failure).toMatchObject({ code, message: expect.stringContaining('not worth it') });
  });

  it('are refused with 409, the state and the reason when the state does not allow them', async () => {
    const { id } = await api.submit('test.probe', {}, {}, { Prefer: 'wait=30' });
    const refused = await asked(id, 'pause');
    expect(refused).toMatchObject({
      status: 409,
      body: { code: 'state-conflict', state: 'completed', taskId: id, detail: expect.stringContaining('ended') },
    });
  });

  it('find no task that is not there: 404', async () => {
    expect(await asked('test.probe:nobody', 'cancel')).toMatchObject({ status: 404, body: { code: 'task-not-found' } });
  });
});
