import { CITATION_SETTINGS } from './citations-extract/settings';
import { COMMAND_SETTINGS } from './command-run/settings';
import { EMAIL_SETTINGS } from './email-send/settings';
import { IMAGE_SETTINGS } from './image-convert/settings';
import { WEBHOOK_SETTINGS } from './webhook-deliver/settings';

/** The settings of the task types that ship; each type declares its own. */
export const CATALOGUE_SETTINGS = {
  ...IMAGE_SETTINGS,
  ...COMMAND_SETTINGS,
  ...CITATION_SETTINGS,
  ...WEBHOOK_SETTINGS,
  ...EMAIL_SETTINGS,
};
