export const parts = {
  apiUnreachable: 'The API cannot be reached.',
  apiAnswered: (status: number) => `The API answered ${status}.`,

  fileRefused: 'The file was refused.',

  reason: 'Reason',
  close: 'Close',
  sending: 'Sending…',

  copyOf: (id: string) => `Copy ${id}`,
  estimate: (value: string) => `about ${value}: the server's own estimate`,
  of: (value: number, of: number) => `${value} of ${of}`,
  per: (span: string) => `per ${span}`,
  completed: 'completed',
  failed: 'failed',
  exact: 'exact',
  apiDoesNotAnswer: 'The API does not answer',
  notRead: 'That could not be read',

  nothingChanged: 'Nothing is changed.',
  whatChanges: 'What changes',

  sampled: 'from a sample',
  stillCounted: 'the rest is still being counted',
  partlyRead: 'only part could be read',
  counted: 'Counted',
  notAvailable: (what: string) => `${what}: not available from this API.`,

  nothingYet: 'nothing yet',
  outcomesOf: (total: string, said: string) => `Of ${total}: ${said}`,

  optional: '(optional)',

  dismiss: 'Dismiss',

  apiDidNotAnswer: 'The API did not answer; the state shown says whether it arrived.',
  meanwhile: (message: string, name: string) => `${message} Meanwhile it is: ${name}.`,

  showAs: 'Show as',
  view: 'View',
  json: 'JSON',
  emptyList: 'An empty list',
  andMoreInJSON: (count: number) => `and ${count} more, in the JSON`,
  empty: 'Empty',
  rows: 'Rows',
  andRowsMoreInJSON: (count: number) => `and ${count} rows more, in the JSON`,

  notQualifier: (name: string) => `${name}: is not a qualifier`,
  needsValue: (name: string) => `${name}: needs a value`,
  createdTakes: 'created: takes >1h, <2d or a date such as 2026-01-31',

  now: 'now',
  ago: (span: string) => `${span} ago`,
  ahead: (span: string) => `in ${span}`,
} as const;
