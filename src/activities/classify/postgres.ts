import { byEntry, type Judge, LIKELY, type Rows, SURE } from './verdict';

/** SQLSTATE codes of PostgreSQL; one of two characters stands for the rest of its class. */
export const SQL_STATES: Rows = {
  TRANSIENT_DATABASE: [
    '08', // connection
    '25006', // read-only: a failover is under way
    '25P03', // idle in a transaction for too long
    '40', // rolled back: deadlock, serialisation
    '55', // locked or in use
    '57', // shutting down, starting, crashed
    '58', // the system under the database
    'XX', // internal
  ],
  EXTERNAL_TIMEOUT: ['57014'],
  TRANSIENT_RESOURCE: ['53'],
  SYSTEM_DISK_FULL: ['53100'],
  SYSTEM_OUT_OF_MEMORY: ['53200'],
  PERMANENT_VALIDATION: ['21', '22', '23', '44'],
  PERMANENT_NOT_FOUND: ['02'],
  PERMANENT_PERMISSION: ['42501'],
  PERMANENT_LOGIC: ['08P01', '0A', '24', '25', '26', '2B', '2D', '2F', '34', '38', '39', '3B', '42', '54', 'P0'],
  CONFIG_INVALID_SETTING: ['28', '3F', 'F0'],
  CONFIG_MISSING_SERVICE: ['3D', '57P04'],
  EXTERNAL_API_ERROR: ['HV'],
};

const CODES = byEntry(SQL_STATES);

/** `pg` and `postgres` put it into `code`, drivers of other databases with SQLSTATE into `sqlState`. */
export const ofPostgres: Judge = (thing) => {
  const state = thing.text('sqlState') ?? thing.text('code') ?? '';
  if (!/^[0-9A-Z]{5}$/.test(state)) return undefined;
  const exact = CODES.get(state);
  if (exact) return { code: exact, confidence: SURE };
  const code = CODES.get(state.slice(0, 2));
  return code && { code, confidence: LIKELY };
};
