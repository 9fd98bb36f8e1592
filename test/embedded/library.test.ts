import { z } from 'zod';
import * as holdfast from '../../src';
import { createHandlerContext } from '../support/handler-context';
import { Harness } from '../support/harness';

let harness: Harness;

beforeAll(async () => {
  harness = await Harness.start();
});
afterAll(() => harness.close());

describe('Holdfast as a library', () => {
  const countWords = holdfast.defineContract({
    type: 'text.count',
    summary: 'Counts the words of a text.',
    category: 'default',
    input: z.strictObject({ text: z.string().max(100_000) }),
    output: z.object({ words: z.int() }),
    example: { text: 'to be or not to be' },
  });
  const handler: holdfast.Handler<typeof countWords> = async ({ text }) => ({
    words: text.split(/\s+/).filter(Boolean).length,
  });

  it('hosts and submits a task type of its own, with what it exports', async () => {
    const handlers = { 'text.count': handler as unknown as holdfast.Handler };
    await harness.startWorkers({ contracts: [countWords], handlers });
    const { artifacts, temporal: client } = harness;
    const tasks = new holdfast.TaskClient({ client, contracts: [countWords], artifacts });
    const { task, wait } = await tasks.submit({ type: 'text.count', input: countWords.example });
    expect(task.state).toBe('queued');
    expect(await wait(60)).toMatchObject({ state: 'completed', result: { words: 6 } });
  });

  it('refuses contracts that cannot work', () => {
    const { input, output, example } = countWords;
    const base = { summary: '', category: 'default', input, output, example } as const;
    expect(() => holdfast.defineContract({ ...base, type: 'count' })).toThrow('dotted lower-case name');
    expect(() => holdfast.defineContract({ ...base, type: 'text.count', inline: true, idempotent: false })).toThrow(
      'inline',
    );
  });

  it('lets a handler be tested without a worker', async () => {
    const { context } = createHandlerContext();
    expect(await handler({ text: 'one two' }, context)).toEqual({ words: 2 });
  });
});
