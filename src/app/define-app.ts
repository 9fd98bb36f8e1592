import type { KeySource } from '../encryption/key-source';
import type { CategoryOverrides } from '../tasks/policy-override';
import type { ScheduleOrder } from '../tasks/schedule-definition';
import { type AppDefinition, STOCK } from './app';
import type { Task } from './define-task';
import type { Pack } from './pack';

/** Any task type, whatever its input and output. */
// biome-ignore lint/suspicious/noExplicitAny: handlers take their own input; a list holds all kinds of them
type AnyTask = Task<string, any, any>;

interface AppOptions<Tasks extends readonly AnyTask[]> {
  /** Lower-case name; the app's queues carry it, so that two apps on one namespace never take each other's tasks. */
  name: string;
  tasks: Tasks;
  /** Shipped task types that the app offers too: `images`, `mail`, `webhooks` … Defaults to none. */
  packs?: readonly Pack[];
  /** Tasks that the clock submits. A worker creates those that do not exist. */
  schedules?: readonly ScheduleOrder[];
  /** Changes to the categories' policies. Settings outrank them. */
  categories?: CategoryOverrides;
  /** Where encryption keys come from, such as a KMS. Defaults to HOLDFAST_ENCRYPTION_KEYS. */
  keySource?: KeySource;
}

/** An app whose task types are known to the compiler. */
export interface TypedApp<Tasks extends readonly AnyTask[] = readonly AnyTask[]> extends AppDefinition {
  readonly tasks: Tasks;
}

/**
 * Defines an app: the default export of the module that every role loads.
 * @throws TypeError for a name that is none, or a task type that is there twice.
 */
export function defineApp<const Tasks extends readonly AnyTask[]>(options: AppOptions<Tasks>): TypedApp<Tasks> {
  const { name, tasks, packs = [], schedules = [], categories = {}, keySource } = options;
  if (!/^[a-z][a-z0-9-]{0,30}$/.test(name) || name === STOCK) {
    throw new TypeError(
      `The app's name is ${JSON.stringify(name)}: expected lower-case letters, digits and dashes, and not ${STOCK}.`,
    );
  }
  const types = tasks.map(({ type }) => type);
  const twice = types.find((type, index) => types.indexOf(type) !== index);
  if (twice) throw new TypeError(`The task type ${twice} is in the app ${name} twice.`);
  const own: Pack = {
    name,
    contracts: () => tasks.map(({ contract }) => contract),
    open: () => ({
      handlers: Object.fromEntries(tasks.map(({ type, handler }) => [type, handler])),
      verifiers: Object.fromEntries(tasks.flatMap(({ type, verifier }) => (verifier ? [[type, verifier]] : []))),
      close: async () => undefined,
    }),
    schedules: () => schedules,
  };
  return { name, packs: [own, ...packs], categories, tasks, ...(keySource && { keySource }) };
}
