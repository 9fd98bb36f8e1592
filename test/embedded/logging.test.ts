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

  it('S3-17: tells no secret of a message, a field, a binding or an error', () => {
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
