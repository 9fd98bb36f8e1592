import { defineApp } from 'holdfast';
import { mail, webhooks } from 'holdfast/packs';
import { facilityPack } from './src/pack';

/** Its task types share a database, which a pack opens and closes; so they are a pack, and not in `tasks`. */
export default defineApp({ name: 'facility', tasks: [], packs: [facilityPack, mail, webhooks] });
