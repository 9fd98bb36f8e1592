import { serveJobs } from '../shared/serve-jobs';
import { convert } from './convert';

serveJobs('convert', convert);
