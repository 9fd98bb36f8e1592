import { many } from './many';

export const deadLetters = {
  deadLetters: 'Dead letters',
  inGroups: (total: string, exact: boolean, groups: string) =>
    `${total} ${exact ? '' : 'or more '}in ${many(groups, 'group')}`,
  oldestFor: (span: string) => `, the oldest for ${span}`,
  csv: 'CSV',
  which: 'Which',
  waiting: 'Waiting',
  abandoned: 'Abandoned',
  smallerGroups: (count: string) =>
    count === '1'
      ? '1 smaller group is not shown: narrow them down with type: or code:.'
      : `${count} smaller groups are not shown: narrow them down with type: or code:.`,

  new: 'New',
  backAgain: 'Back again',
  first: 'first',
  last: ', last',
  look: 'Look',
  retryAsk: 'Retry…',
  retryOf: (type: string, code: string) => `Retry ${type} ${code}`,

  oneByOne: 'One by one',
  task: 'Task',
  type: 'Type',
  failure: 'Failure',
  attempts: 'Attempts',
  nextRedrive: 'Next redrive',
  since: 'Since',
  none: 'none',
  loadMore: 'Load more',
} as const;
