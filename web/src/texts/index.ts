import { access } from './access';
import { batches } from './batches';
import { breakers } from './breakers';
import { deadLetters } from './dead-letters';
import { frame } from './frame';
import { newTask } from './new-task';
import { overview } from './overview';
import { parts } from './parts';
import { queues } from './queues';
import { schedules } from './schedules';
import { schemaForm } from './schema-form';
import { shared } from './shared';
import { signIn } from './sign-in';
import { task } from './task';
import { tasks } from './tasks';
import { types } from './types';
import { webhooks } from './webhooks';

export { RANGE_NAMES, STATE_NAMES, STATES } from './shared';

/**
 * Every English text of the dashboard, by page; `parts` are those of the components that pages are made of. A name that
 * ends with `Ask` is a button that opens a question, with `Of` a text about what is given.
 */
export const texts = {
  ...shared,
  access,
  batches,
  breakers,
  deadLetters,
  frame,
  newTask,
  overview,
  parts,
  queues,
  schedules,
  schemaForm,
  signIn,
  task,
  tasks,
  types,
  webhooks,
} as const;
