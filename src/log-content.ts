/** Marks a line as a handler's own: what it says is as confidential as the task. */
export const TASK_LOG = 'taskLog';

type Line = Record<string, unknown>;

/** Of a handler's line: whose it is. */
const IDENTIFYING = ['level', 'time', 'role', 'pid', 'taskId', 'type', 'attempt', 'runId'];
/** Fields with words of people, or of what failed. */
const WORDS = ['reason', 'by', 'error'];
/** A line with one of these is about a task. */
const ABOUT_A_TASK = ['taskId', 'workflowId', 'activityType'];

/**
 * A log line without the content of tasks, for processes that encrypt: IDs, types, codes and times stay; inputs, messages
 * of failures, operators' reasons and what handlers log do not. The task's own log has them, encrypted.
 */
export function withoutContent(line: Line): Line {
  if (line[TASK_LOG] !== undefined) {
    const kept = Object.fromEntries(IDENTIFYING.filter((name) => name in line).map((name) => [name, line[name]]));
    return { ...kept, msg: 'a line of the task log' };
  }
  const aboutTask = ABOUT_A_TASK.some((name) => name in line);
  return Object.fromEntries(
    Object.entries(line)
      .filter(([name]) => !WORDS.includes(name))
      .map(([name, value]) => {
        if (name === 'err') return [name, plainError(value, aboutTask)];
        if (name === 'alert') return [name, plainAlert(value)];
        return [name, value];
      }),
  );
}

/** The kind of an error and where it was thrown; its message only where it is about the service, not about a task. */
function plainError(value: unknown, aboutTask: boolean): unknown {
  const { type, code, message, stack } = (value ?? {}) as {
    type?: unknown;
    code?: unknown;
    message?: unknown;
    stack?: unknown;
  };
  const ofService = !aboutTask && code !== undefined && code !== 'invalid-request';
  const frames = String(stack ?? '')
    .split('\n')
    .filter((frame) => /^\s+at /.test(frame));
  return {
    type,
    ...(code !== undefined && { code }),
    ...(ofService && { message }),
    stack: frames.join('\n'),
  };
}

/** An alert's message quotes failures; its receivers get it whole. */
function plainAlert(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const { key, kind, severity, title, at } = value as Line;
  return { key, kind, severity, title, at };
}
