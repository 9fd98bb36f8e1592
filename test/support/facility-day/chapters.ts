import type { FacilityDatabase } from '../../../src/facility/database/open';
import type { Site } from '../facility-rows';
import { autoclose } from './autoclose';
import type { PastDay } from './day';
import { escalate } from './escalate';

/** Where the day happens. */
export interface Place {
  database: FacilityDatabase;
  day: PastDay;
  site: Site;
}

/** Looks at the end of the day whether everything was dealt with that was due, and nothing else; so much it was. */
export type Check = () => Promise<number>;

/** An item as a run hands it out. */
export interface DueItem {
  key: string;
  input: object;
}

/** What one task type has to do on the day. */
export interface Chapter {
  type: string;
  /** Adds rows of one site that fall due through the day, and rows that do not. */
  add(place: Place): Promise<Check>;
  /** The items that are due by then and that nobody has dealt with. */
  due(database: FacilityDatabase, now: Date): Promise<DueItem[]>;
}

/** By type; the types that the pack has without a chapter here run and find nothing. */
export const CHAPTERS: readonly Chapter[] = [autoclose, escalate];
