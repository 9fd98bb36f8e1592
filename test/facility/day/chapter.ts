import type { FacilityDatabase } from '../../../examples/facility/src/database/open';
import type { Site } from '../rows';
import type { PastDay } from './day';

/** Where the day happens. */
interface Place {
  database: FacilityDatabase;
  day: PastDay;
  site: Site;
}

/** Looks at the end of the day whether everything was dealt with that was due, and nothing else; so much it was. */
export type Check = () => Promise<number>;

/** An item as a run hands it out. */
interface DueItem {
  key: string;
  input: object;
}

/** What one task type has to do on the day. */
export interface Chapter {
  type: string;
  /** Whether an item that is submitted again is looked at anew, since there may be more to do. Defaults to false. */
  anew?: true;
  /** Adds rows of one site that fall due through the day, and rows that do not. */
  add(place: Place): Promise<Check>;
  /** The items that are due by then and that nobody has dealt with. */
  due(database: FacilityDatabase, now: Date): Promise<DueItem[]>;
}
