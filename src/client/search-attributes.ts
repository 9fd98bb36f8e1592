import type { Connection } from '@temporalio/client';
import { SEARCH_ATTRIBUTES } from '../tasks/words';

/** Numbers of Temporal's `IndexedValueType`. */
const TYPE_NUMBERS = { Keyword: 2, KeywordList: 7 } as const;

/** Each search attribute and its type. */
export const SEARCH_ATTRIBUTE_TYPES: Record<string, keyof typeof TYPE_NUMBERS> = Object.fromEntries(
  Object.values(SEARCH_ATTRIBUTES).map((name) => [name, name === SEARCH_ATTRIBUTES.tags ? 'KeywordList' : 'Keyword']),
);

export type OperatorService = Pick<Connection, 'operatorService'>;

/** How the search attributes of a namespace differ from those that Holdfast needs. */
export interface SearchAttributeFaults {
  missing: string[];
  /** Those that exist with another type. */
  wrong: string[];
}

/** Reads only. */
export async function searchAttributeFaults(
  { operatorService }: OperatorService,
  namespace: string,
): Promise<SearchAttributeFaults> {
  const { customAttributes } = await operatorService.listSearchAttributes({ namespace });
  const faults: SearchAttributeFaults = { missing: [], wrong: [] };
  for (const [name, type] of Object.entries(SEARCH_ATTRIBUTE_TYPES)) {
    const found = customAttributes?.[name];
    if (found === undefined) faults.missing.push(name);
    else if (found !== TYPE_NUMBERS[type]) faults.wrong.push(name);
  }
  return faults;
}

/** Registers search attributes; several processes may do it at once. */
export async function addSearchAttributes(
  { operatorService }: OperatorService,
  namespace: string,
  names: readonly string[],
): Promise<void> {
  const searchAttributes = Object.fromEntries(
    names.map((name) => [name, TYPE_NUMBERS[SEARCH_ATTRIBUTE_TYPES[name] ?? 'Keyword']]),
  );
  await operatorService.addSearchAttributes({ namespace, searchAttributes });
}
