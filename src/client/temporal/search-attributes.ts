import type { Connection } from '@temporalio/client';
import { SEARCH_ATTRIBUTES } from '../../protocol/task';
import { unlessDenied } from './rights';

/** Numbers of Temporal's `IndexedValueType`. */
const TYPE_NUMBERS = { Keyword: 2, KeywordList: 7 } as const;
type AttributeType = keyof typeof TYPE_NUMBERS;

/** Each search attribute and its type. */
export const SEARCH_ATTRIBUTE_TYPES: Record<string, AttributeType> = Object.fromEntries(
  Object.values(SEARCH_ATTRIBUTES).map((name) => [name, name === SEARCH_ATTRIBUTES.tags ? 'KeywordList' : 'Keyword']),
);

export type Services = Pick<Connection, 'workflowService' | 'operatorService'>;

/** How the search attributes of a namespace differ from those that Holdfast needs. */
export interface SearchAttributeFaults {
  missing: string[];
  /** Those that exist with another type. */
  wrong: string[];
}

/** `other`: a type that Holdfast does not need. `unseen`: it is there, and its type is not for this caller to see. */
type Found = AttributeType | 'other' | 'unseen';

const INVALID_ARGUMENT = 3;

/** Reads only. Needs no more than the right to read the namespace. */
export async function searchAttributeFaults(services: Services, namespace: string): Promise<SearchAttributeFaults> {
  const found =
    (await unlessDenied(() => ofOperators(services, namespace))) ??
    (await unlessDenied(() => ofNamespace(services, namespace))) ??
    (await bySearching(services, namespace));
  const faults: SearchAttributeFaults = { missing: [], wrong: [] };
  for (const [name, type] of Object.entries(SEARCH_ATTRIBUTE_TYPES)) {
    const known = found.get(name);
    if (known === undefined) faults.missing.push(name);
    else if (known !== type && known !== 'unseen') faults.wrong.push(name);
  }
  return faults;
}

async function ofOperators({ operatorService }: Services, namespace: string): Promise<Map<string, Found>> {
  const { customAttributes } = await operatorService.listSearchAttributes({ namespace });
  const nameOf = (number: unknown): Found =>
    (Object.keys(TYPE_NUMBERS) as AttributeType[]).find((type) => TYPE_NUMBERS[type] === number) ?? 'other';
  return new Map(Object.entries(customAttributes ?? {}).map(([name, number]) => [name, nameOf(number)]));
}

/** Stores on SQL and Temporal Cloud keep a column for each, named by its type: `Keyword01`, `KeywordList02`. */
async function ofNamespace({ workflowService }: Services, namespace: string): Promise<Map<string, Found> | undefined> {
  const { config } = await workflowService.describeNamespace({ namespace });
  const columns = Object.entries(config?.customSearchAttributeAliases ?? {});
  if (columns.length === 0) return undefined;
  return new Map(
    columns.map(([column, name]) => {
      const type = column.replace(/\d+$/, '');
      return [name, type in TYPE_NUMBERS ? (type as AttributeType) : 'other'];
    }),
  );
}

/** A search by an attribute that is not there is refused. */
async function bySearching({ workflowService }: Services, namespace: string): Promise<Map<string, Found>> {
  const found = new Map<string, Found>();
  for (const name of Object.keys(SEARCH_ATTRIBUTE_TYPES)) {
    try {
      await workflowService.countWorkflowExecutions({ namespace, query: `${name} IS NULL` });
      found.set(name, 'unseen');
    } catch (error) {
      if ((error as { code?: unknown }).code !== INVALID_ARGUMENT) throw error;
    }
  }
  return found;
}

/** Registers search attributes; several processes may do it at once. */
export async function addSearchAttributes(
  { operatorService }: Pick<Services, 'operatorService'>,
  namespace: string,
  names: readonly string[],
): Promise<void> {
  const searchAttributes = Object.fromEntries(
    names.map((name) => [name, TYPE_NUMBERS[SEARCH_ATTRIBUTE_TYPES[name] ?? 'Keyword']]),
  );
  await operatorService.addSearchAttributes({ namespace, searchAttributes });
}
