import { serveJobs } from '../shared/serve-jobs';
import { extract } from './extract';

/** Of a file that was large for its text: what is left of it would be taken from the next one. */
const MOST_KEPT_MIB = 512;

serveJobs('extract', extract, MOST_KEPT_MIB);
