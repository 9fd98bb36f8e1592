import { restOfWhy } from '../../web/src/pages/task/rest-of-why';

describe('why a task is where it is, beneath its failure', () => {
  it.each([
    [
      'No worker knows the task type a.b. It waits for an operator',
      'No worker knows the task type a.b.',
      'It waits for an operator',
    ],
    ['The mail may be out; running it twice could do harm', 'The mail may be out.', 'Running it twice could do harm'],
    [
      'Runs again at 10:00 (redrive 1 of 3); last error: HTTP_503: Busy.',
      'Busy.',
      'Runs again at 10:00 (redrive 1 of 3)',
    ],
    [
      'Attempt 2 starts now (3 may fail, 5 may be lost); last error: Busy',
      'Busy',
      'Attempt 2 starts now (3 may fail, 5 may be lost)',
    ],
    ['The task has ended', 'Busy', 'The task has ended'],
    ['No worker serves queue a', 'No worker', 'No worker serves queue a'],
    ['Waits for an operator', '', 'Waits for an operator'],
    ['Busy', 'Busy.', ''],
  ])('of "%s" does not repeat "%s"', (why, failure, rest) => {
    expect(restOfWhy(why, failure)).toBe(rest);
  });
});
