import { serveJobs } from '../serve-jobs';
import { convert } from './convert';

serveJobs('convert', convert);
