import type { TaskView } from '../client/read/view';
import type { TaskClient } from '../client/task-client';
import { type Duration, seconds } from '../http-client/duration';
import { FollowedRun } from '../http-client/follow';
import type {
  InputOf,
  Message,
  MessageOptions,
  OutputOf,
  Run,
  SubmitOptions,
  TaskLike,
  TaskSnapshot,
  TasksClient,
} from '../http-client/types';

/** Tasks over Temporal, without the API in between: the same interface as the client over HTTP. */
export class DirectClient implements TasksClient {
  constructor(private readonly tasks: TaskClient) {}

  async submit<T extends TaskLike>(
    { type }: T,
    input: InputOf<T>,
    { delay, runAt = delay === undefined ? undefined : timeAfter(delay), tags, ...options }: SubmitOptions = {},
  ): Promise<Run<OutputOf<T>>> {
    const { task, duplicate } = await this.tasks.submit({
      type,
      input,
      ...options,
      ...(tags && { tags: [...tags] }),
      ...(runAt && { runAt }),
    });
    return this.run<T>(task.id, duplicate);
  }

  async submitAll<T extends TaskLike>(
    task: T,
    items: readonly { input: InputOf<T>; options?: SubmitOptions }[],
  ): Promise<Run<OutputOf<T>>[]> {
    const submissions = items.map(({ input, options: { delay, tags, ...rest } = {} }) => ({
      type: task.type,
      input,
      ...(delay !== undefined && { runAt: timeAfter(delay) }),
      ...(tags && { tags: [...tags] }),
      ...rest,
    }));
    return (await this.tasks.submitAll(submissions)).map((result) => {
      if ('error' in result) throw result.error;
      return this.run<T>(result.task.id, result.duplicate);
    });
  }

  async find<T extends TaskLike>(task: T, key: string, tenant?: string): Promise<Run<OutputOf<T>> | undefined> {
    const found = await this.tasks.find(task.type, key, tenant);
    return found && this.run<T>(found.id, true);
  }

  async read(id: string): Promise<TaskSnapshot> {
    return this.tasks.read(id);
  }

  async *list(filter: Readonly<Record<string, string>> = {}): AsyncGenerator<TaskSnapshot> {
    let cursor: string | undefined;
    do {
      const page: { tasks: TaskView[]; cursor?: string } = await this.tasks.list({ filter, ...(cursor && { cursor }) });
      yield* page.tasks;
      cursor = page.cursor;
    } while (cursor);
  }

  async send(id: string, message: Message, options: MessageOptions = {}): Promise<TaskSnapshot> {
    return this.tasks.act(id, message, options);
  }

  private run<T extends TaskLike>(id: string, duplicate: boolean): Run<OutputOf<T>> {
    return new FollowedRun<OutputOf<T>>(id, duplicate, () => this.read(id));
  }
}

function timeAfter(delay: Duration): Date {
  return new Date(Date.now() + seconds(delay, 'delay') * 1000);
}
