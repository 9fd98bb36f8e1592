import path from 'node:path';

/** The workflow bundle of the build that the global set-up made. */
export const BUNDLE = path.join(__dirname, '..', '..', 'dist', 'workflow-bundle.js');
