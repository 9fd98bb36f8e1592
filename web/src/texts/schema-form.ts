export const schemaForm = {
  optional: 'optional',
  removeItem: (value: number, name: string) => `Remove item ${value} of ${name}`,
  addItem: 'Add',
  addTo: (name: string) => `Add to ${name}`,

  notSet: 'not set',

  uploading: 'Uploading…',
  uploaded: (name: string | undefined, size: string) => `Uploaded ${name ?? 'the file'}, ${size}`,
  dropFile: 'Drop a file here, or choose one',

  json: 'JSON',
  jsonOptional: ', optional',

  removeOf: (field: string) => `Remove ${field}`,
  fields: 'Fields',
  addField: 'Add a field',
  addFieldTo: (name: string) => `Add a field to ${name}`,

  oneOfAList: 'one of a list',
  object: 'object',
  kinds: { string: 'text', number: 'number', boolean: 'yes or no', array: 'list', union: 'other' },

  kindOf: (name: string) => `Kind of ${name}`,
} as const;
