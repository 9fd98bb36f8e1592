import path from 'node:path';

/** The Python of citations.extract: what `npm test` sets up, unless the setting names another. */
export const PYTHON =
  process.env.HOLDFAST_PYTHON ??
  path.resolve(
    process.env.HOLDFAST_HOME || path.join(__dirname, '..', '..', '..', '.holdfast'),
    'tools/citations/bin/python',
  );
