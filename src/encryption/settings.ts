import { z } from 'zod';
import { textFile } from '../setting-kinds';
import { parseKeys } from './key-list-text';

const encryptionKeys = z.string().transform((text, context) => {
  try {
    return parseKeys(text);
  } catch (error) {
    context.addIssue({ code: 'custom', message: (error as Error).message });
    return z.NEVER;
  }
});

/** The keys. */
export const ENCRYPTION_SETTINGS = {
  HOLDFAST_ENCRYPTION_KEYS: encryptionKeys
    .optional()
    .describe(
      'Keys that encrypt payloads and the artifact store: id:base64 each, separated by commas; the first one encrypts, all of them decrypt. The same for API, workers, monitor and command line. Defaults to none: nothing is encrypted.',
    ),
  HOLDFAST_ENCRYPTION_KEYS_FILE: textFile
    .pipe(encryptionKeys.optional())
    .describe('File with them instead, one a line. Defaults to none.'),
};
