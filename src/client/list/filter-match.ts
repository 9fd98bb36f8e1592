import type { TaskFacts } from '../../tasks/state';
import type { TaskFilter } from './list-query';
import type { ScannedRow } from './scan';

/** The texts by which tasks are found, as a task itself has them. */
interface Findable {
  type: string;
  tags: readonly string[];
  tenant?: string | undefined;
  category?: string | undefined;
  failureClass?: string | undefined;
  failureCode?: string | undefined;
  fingerprint?: string | undefined;
}

type Text = Exclude<keyof Findable, 'tags'>;
const TEXTS: readonly Text[] = ['type', 'tenant', 'category', 'failureClass', 'failureCode', 'fingerprint'];

/**
 * Whether a task is what was asked for, to the letter. Some servers find more: those on SQLite take a tag in upper case
 * for one in lower case, those on MySQL every text.
 */
function matchesTexts(task: Findable, filter: TaskFilter): boolean {
  const { tag } = filter;
  return (
    (tag === undefined || task.tags.includes(tag)) &&
    TEXTS.every((name) => filter[name] === undefined || filter[name] === task[name])
  );
}

export function matchesRow(row: ScannedRow, filter: TaskFilter): boolean {
  const { class: failureClass, code: failureCode } = row;
  return matchesTexts({ ...row, failureClass, failureCode }, filter);
}

export function matchesFacts({ type, tags, memo, failure }: TaskFacts, filter: TaskFilter): boolean {
  const { class: failureClass, code: failureCode, fingerprint } = failure ?? {};
  const { tenant, policy } = memo;
  return matchesTexts(
    { type, tags, tenant, category: policy?.category, failureClass, failureCode, fingerprint },
    filter,
  );
}
