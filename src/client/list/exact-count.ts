import type { Gateway } from '../temporal/gateway';
import { type TaskFilter, visibilityQuery } from './list-query';
import { scanTasks } from './scan-tasks';

/** This takes a tag in upper case for one in lower case. */
const LOOSE_TAGS = 'sqlite';
/** And these every text. */
const LOOSE_TEXTS = /^mysql/;
/** More rows than these are not compared one by one. */
const MOST_COMPARED = 10_000;

const stores = new WeakMap<Gateway, Promise<string>>();

/** How many tasks there are of a filter. More than ten thousand are counted as the server counts them. */
export async function countTasks(gateway: Gateway, filter: TaskFilter): Promise<number> {
  const { count } = await gateway.call(() => gateway.client.workflow.count(visibilityQuery(filter)));
  if (count === 0 || count > MOST_COMPARED || !(await findsMore(gateway, filter))) return count;
  let exact = 0;
  for await (const rows of scanTasks(gateway, filter)) exact += rows.length;
  return exact;
}

/** Whether this server may find tasks by a filter that are not what was asked for. */
export async function findsMore(gateway: Gateway, { tag, tenant, type }: TaskFilter): Promise<boolean> {
  const hasCase = (text: string | undefined) => text !== undefined && text.toLowerCase() !== text.toUpperCase();
  if (![tag, tenant, type].some(hasCase)) return false;
  const store = await storeOf(gateway);
  return LOOSE_TEXTS.test(store) || (store === LOOSE_TAGS && hasCase(tag));
}

async function storeOf(gateway: Gateway): Promise<string> {
  let known = stores.get(gateway);
  if (!known) {
    // Where that may not be asked, as in Temporal Cloud, texts are compared to the letter.
    known = gateway
      .call(() => gateway.service.getClusterInfo({}))
      .then(
        ({ visibilityStore }) => visibilityStore ?? '',
        () => {
          stores.delete(gateway);
          return '';
        },
      );
    stores.set(gateway, known);
  }
  return known;
}
