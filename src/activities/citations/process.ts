import { serveJobs } from '../serve-jobs';
import { extract } from './extract';

serveJobs('extract', extract);
