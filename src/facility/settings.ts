import { z } from 'zod';

export const FACILITY_SETTINGS = {
  HOLDFAST_FACILITY_DATABASE: z
    .string()
    .refine(
      (text) => text === 'off' || text === 'embedded' || (/^postgres(ql)?:\/\//.test(text) && URL.canParse(text)),
      'is neither "off" nor "embedded" nor a postgres:// address',
    )
    .default('off')
    .describe(
      'Database of the facility pack: off, which is to do without the pack; embedded, which keeps it in facility of HOLDFAST_HOME for one worker process; or a PostgreSQL server, as postgres://user:password@host:5432/name. Defaults to off; `npm start` with its own Temporal server says embedded.',
    ),
};
