import path from 'node:path';
import { StartError } from 'holdfast';
import type { DatabaseLocation } from './database/open';

/**
 * Where the data is: `FACILITY_DATABASE`, which is `embedded` unless something else is said.
 * @param home Folder of an embedded one: Holdfast's home.
 * @throws StartError that names the setting, and not its value: there may be a password in it.
 */
export function databaseLocation(home: string, setting = process.env.FACILITY_DATABASE): DatabaseLocation {
  const text = setting || 'embedded';
  if (text === 'embedded') return { kind: 'embedded', folder: path.resolve(home, 'facility') };
  if (/^postgres(ql)?:\/\//.test(text) && URL.canParse(text)) return { kind: 'postgres', url: text };
  throw new StartError('Wrong setting: FACILITY_DATABASE: is neither "embedded" nor a postgres:// address');
}
