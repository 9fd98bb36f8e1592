import { autoclose } from './autoclose';
import type { Chapter } from './chapter';
import { escalate } from './escalate';
import { mailReports } from './mail-reports';
import { plan } from './plan';
import { remind } from './remind';
import { makeReports } from './reports';

export const CHAPTERS: readonly Chapter[] = [autoclose, escalate, plan, remind, makeReports, mailReports];
