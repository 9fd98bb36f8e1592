import { z } from 'zod';
import type { TaskView } from '../../client/read/view';
import type { ProblemCode } from '../http/problems';
import type { AnswerDoc } from '../routing/route';
import { taskSchema } from '../schemas/task';

/** Problems of every route that asks Temporal. */
export const TEMPORAL: readonly ProblemCode[] = ['unavailable', 'not-set-up'];

/** No schema of JSON says what a stream or a file is. */
export const eventStream = z
  .unknown()
  .describe('Server-sent events, as long as the task runs: event, id and data, which is JSON.');
export const fileBytes = z.unknown().describe('The bytes of the file.');

/** The address of a task. */
export function taskUrl({ id }: Pick<TaskView, 'id'>): string {
  return `/v1/tasks/${encodeURIComponent(id)}`;
}

/** Documents an answer whose body is a task. */
export function taskAnswer(description: string, headers?: Record<string, string>): AnswerDoc {
  return { description, content: { 'application/json': taskSchema }, task: true, ...(headers && { headers }) };
}
