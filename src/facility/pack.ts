import type { Pack } from '../app/pack';
import { StartError } from '../errors';
import { lacking } from '../packages';
import { facilityContracts } from './contracts';
import { facilitySchedules } from './schedules';

/** What only this pack uses. */
export const PACKAGES = [
  '@electric-sql/pglite',
  '@fontsource/noto-sans-devanagari',
  '@fontsource/noto-sans-thai',
  'bidi-js',
  'dejavu-fonts-ttf',
  'kysely',
  'pdfkit',
  'pg',
];

/** The pack of the facility application, which is there when it has a database. */
export const facilityPack: Pack = {
  name: 'facility',
  contracts: (config) => (config.facility ? facilityContracts : []),
  open: async (config) => {
    if (!config.facility) return { handlers: {}, verifiers: {}, close: async () => undefined };
    const lack = lacking('The facility pack', PACKAGES);
    if (lack) throw new StartError(`${lack}. Or set HOLDFAST_FACILITY_DATABASE to off.`);
    // Only now: who does without the pack need not have these packages.
    const { openFacility } = await import('./facility');
    return openFacility(config.facility, { mailBytes: config.email.maxBytes });
  },
  notHere: (config, type) =>
    config.facility?.kind === 'embedded' && facilityContracts.some((contract) => contract.type === type)
      ? `${type} works on the embedded database, which belongs to the running worker process alone: only with HOLDFAST_FACILITY_DATABASE as the URL of a PostgreSQL server can its code run here.`
      : undefined,
  schedules: (config) => (config.facility ? facilitySchedules : []),
};
