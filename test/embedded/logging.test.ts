import { createLogger } from '../../src/logging';

/** What the logger writes, line by line. */
function recorded() {
  const lines: string[] = [];
  const logger = createLogger('debug', 'test', { write: (line: string) => lines.push(line) });
  return { logger, last: () => JSON.parse(lines.at(-1) ?? '') as Record<string, unknown> };
}

describe('the log of a process', () => {
  it('is one JSON object a line, with role and ISO time', () => {
    const { logger, last } = recorded();
    logger.info({ queue: 'default' }, 'worker started');
    expect(last()).toMatchObject({ role: 'test', pid: process.pid, queue: 'default', msg: 'worker started' });
    expect(last().time).toMatch(/^\d{4}-\d\d-\d\dT/);
  });

  it('tells no secret of a message, a field, a binding or an error', () => {
    const { logger, last } = recorded();
    const err = Object.assign(new Error('password=hunter2'), {
      config: { headers: { Authorization: 'Basic hunter2' } },
    });
    logger.child({ apiKey: 'hunter2' }).error({ err, args: ['--token', 'hunter2'] }, 'called https://u:hunter2@host/');
    const line = last();
    expect(JSON.stringify(line)).not.toContain('hunter2');
    expect(line).toMatchObject({
      apiKey: '[REDACTED]',
      msg: 'called https://[REDACTED]@host/',
      err: { type: 'Error', message: 'password=[REDACTED]', config: { headers: { Authorization: '[REDACTED]' } } },
    });
  });
});

describe('the log of a process that encrypts', () => {
  const lines: string[] = [];
  const logger = createLogger('debug', 'test', { write: (line: string) => lines.push(line) }, true);
  const last = () => JSON.parse(lines.at(-1) ?? '') as Record<string, unknown>;
  const about = { taskId: 'letter.send:1', type: 'letter.send', attempt: 2 };

  it.each<[string, (log: typeof logger) => void, object]>([
    ['what a handler logs', (log) => log.child({ ...about, taskLog: true }).info({ to: 'canary' }, 'to canary'), about],
    [
      "an operator's reason",
      (log) => log.info({ ...about, by: 'canary', reason: 'canary' }, 'paused'),
      { msg: 'paused' },
    ],
    [
      'the message of a failure, its cause, and its stack',
      (log) =>
        log.warn(
          { workflowId: 'letter.send:1', err: new Error('canary', { cause: new Error('canary') }) },
          'Activity failed',
        ),
      { msg: 'Activity failed', err: { type: 'Error', stack: expect.stringMatching(/^\s+at /) } },
    ],
    [
      'a failure as text, and what an alert quotes',
      (log) =>
        log.error(
          { error: 'canary', alert: { key: 'a', severity: 'WARNING', title: 'Dead letters', message: 'canary' } },
          'ALERT',
        ),
      { alert: { key: 'a', title: 'Dead letters' } },
    ],
    [
      'what a parser quotes',
      (log) =>
        log.error({ req: { path: '/v1/tasks' }, err: new SyntaxError('Unexpected token c in canary') }, 'POST 500'),
      { req: { path: '/v1/tasks' }, err: { type: 'SyntaxError' } },
    ],
  ])('has nothing of %s', (_, write, kept) => {
    write(logger);
    expect(lines.at(-1)).not.toContain('canary');
    expect(last()).toMatchObject(kept);
  });

  it('still says what is wrong with the service', () => {
    logger.error({ err: Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }) }, 'away');
    expect(last()).toMatchObject({ err: { message: 'connect ECONNREFUSED' } });
  });
});
