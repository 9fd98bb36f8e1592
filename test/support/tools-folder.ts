import path from 'node:path';

/** Where `npm start` and the tests keep the programs that they install. */
export const TOOLS_FOLDER = path.join(__dirname, '..', '..', '.holdfast', 'tools');
