import { z } from 'zod';
import { artifactHash, artifactRef } from '../../tasks/artifact-schema';
import { defineContract } from '../../tasks/contract';
import { MAX_INLINE_BYTES } from '../shared/inline-bytes';
import { refusedUrl } from '../shared/public-address';
import { citationSchema, clusterSchema, countsSchema } from './schemas';

export const CITATIONS_EXTRACT = 'citations.extract';

/** Endings of file names, by what they hold. */
export const FILE_TYPES = ['.txt', '.md', '.docx', '.pdf', '.rtf', '.html', '.htm'] as const;
export type FileType = (typeof FILE_TYPES)[number];

/** Largest file, in bytes. */
export const MAX_FILE_BYTES = 50 * 1024 * 1024;
export const FILE_TOO_LARGE = 'File too large. Maximum size is 50MB';

/** Texts below this many characters are answered at once, unless asked otherwise. */
const SHORT_TEXT = 5 * 1024;

const MIN_TEXT = 10;
const MAX_TEXT = 1_000_000;
const MAX_URL = 2048;
/** Of all characters; line breaks, tabs and form feeds are none. */
const MOST_CONTROL = 0.1;

/** What tries to run in a page; a legal text has no use for it. Bounded, so that no text takes long to look through. */
const SCRIPT =
  /<\s{0,20}script\b|\b(?:java|vb)script\s{0,20}:|data\s{0,20}:\s{0,20}text\/html|<[^<>]{0,500}\son[a-z]{1,20}\s{0,20}=/i;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it counts.
const CONTROL = /[\u0000-\u0008\u000b\u000e-\u001f\u007f-\u009f]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: a name has none.
const SUSPICIOUS_NAME = /[\u0000-\u001f\u007f<>:"/\\|?*]|\.\.|^\.|[. ]$/;

const NOTHING_GIVEN = 'Invalid or missing input. Please provide text, file, or URL.';
const EMPTY_FILE = 'sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

/** Undefined for a name whose ending is none of {@link FILE_TYPES}. */
export function fileTypeOf(name: string): FileType | undefined {
  const lower = name.toLowerCase();
  return FILE_TYPES.find((type) => lower.endsWith(type));
}

const text = z
  .string()
  .superRefine((value, context) => {
    const trimmed = value.trim();
    const refuse = (message: string) => context.addIssue({ code: 'custom', message });
    if (!trimmed) return refuse('Text is empty after trimming');
    if (trimmed.length < MIN_TEXT) return refuse(`Text too short. Minimum length is ${MIN_TEXT} characters`);
    if (value.length > MAX_TEXT) return refuse('Text too long. Maximum length is 1,000,000 characters');
    if (SCRIPT.test(value)) return refuse('Text contains script code');
    if ((value.match(CONTROL)?.length ?? 0) > value.length * MOST_CONTROL) {
      refuse('Text contains too many control characters');
    }
  })
  .describe('The text itself, 10 to 1,000,000 characters.');

const fileName = z
  .string({ error: 'Invalid filename: a name with one of the allowed endings is needed' })
  .superRefine((name, context) => {
    const refuse = (message: string) => context.addIssue({ code: 'custom', message });
    if (SUSPICIOUS_NAME.test(name) || name.length > 255) refuse('Invalid filename: contains suspicious characters');
    else if (!fileTypeOf(name)) refuse(`Invalid file type. Allowed types: ${FILE_TYPES.join(', ')}`);
  })
  .describe(`Name of the file; its ending gives the format: ${FILE_TYPES.join(', ')}.`);

const file = z
  .union(
    [
      z.strictObject({
        artifact: artifactHash
          .refine((hash) => hash !== EMPTY_FILE, { error: 'File is empty' })
          .describe('Hash of an uploaded file, at most 50 MB.'),
        name: fileName,
      }),
      z.strictObject({
        base64: z
          .base64('must be plain base64, without a data: prefix')
          .superRefine((content, context) => {
            const bytes = Buffer.byteLength(content, 'base64');
            if (bytes === 0) context.addIssue({ code: 'custom', message: 'File is empty' });
            if (bytes > MAX_INLINE_BYTES) {
              context.addIssue({
                code: 'custom',
                message: `holds more than ${MAX_INLINE_BYTES} bytes: upload the file instead`,
              });
            }
          })
          .describe(`The file itself in base64, at most ${MAX_INLINE_BYTES} bytes once decoded.`),
        name: fileName,
      }),
    ],
    { error: fileError },
  )
  .describe('A file: uploaded, or a small one in base64.');

/** A union says only that nothing fits; the caller wants to know what is wrong with the shape that was meant. */
function fileError({ input, errors }: { input?: unknown; errors?: { message: string; code?: string }[][] }): string {
  const given = typeof input === 'object' && input !== null ? input : {};
  if (!('artifact' in given) && !('base64' in given)) return 'No file provided';
  const meant = errors?.['artifact' in given ? 0 : 1] ?? [];
  return meant[0]?.message ?? 'No file provided';
}

function inputSchema(urlHosts: readonly string[]) {
  const url = z
    .string()
    .superRefine((value, context) => {
      const refused =
        value.length > MAX_URL ? `URL too long. Maximum length is ${MAX_URL} characters` : refusedUrl(value, urlHosts);
      if (refused) context.addIssue({ code: 'custom', message: refused });
    })
    .describe(`Address of a page or file, at most ${MAX_URL} characters.`);
  return z
    .strictObject({
      type: z.enum(['text', 'url', 'file']).optional().describe('Which of the three is given. Defaults to that one.'),
      text: text.optional(),
      url: url.optional(),
      file: file.optional(),
      force_mode: z
        .enum(['sync', 'async'])
        .optional()
        .describe(
          'sync: in the first workflow task, async: on the queue. Defaults to sync for texts below 5120 characters. The result is the same.',
        ),
    })
    .superRefine((given, context) => {
      const refuse = (message: string, ...path: string[]) => context.addIssue({ code: 'custom', path, message });
      const kinds = (['text', 'url', 'file'] as const).filter((kind) => given[kind] !== undefined);
      if (given.type === 'file' && given.file === undefined) refuse('No file provided', 'file');
      else if (kinds.length === 0) refuse(NOTHING_GIVEN);
      else if (kinds.length > 1) refuse(`Give one of text, url and file, not ${kinds.join(' and ')}.`);
      else if (given.type && given.type !== kinds[0]) refuse(`type is ${given.type}, but ${kinds[0]} is given`, 'type');
    });
}

const output = z.object({
  citations: z.array(citationSchema).describe('In the order of the text, repeated ones included.'),
  clusters: z.array(clusterSchema).describe('Parallel citations of one case; those without a verified one first.'),
  statistics: countsSchema,
  summary: countsSchema,
  case_names: z.array(z.string()).describe('Every name, once, in the order of the text.'),
  message: z.literal('Analysis completed'),
  notices: z.array(z.string()).describe('What went less well, such as a source that could not be asked.'),
  metadata: z.object({
    source_type: z.enum(['text', 'url', 'file']),
    source_name: z.string(),
    file_type: z.string().optional(),
    encoding: z.string().optional().describe('Character set that a text or page was read in: utf-8, windows-1252.'),
    text_length: z.int().min(0),
  }),
  artifacts: z
    .object({ text: artifactRef })
    .optional()
    .describe('Of a file or page: the text that was read. The offsets of citations count its UTF-16 units.'),
});

/** The contract of `citations.extract`. @param urlHosts Hosts that may be fetched although they are not public. */
export function createCitationsContract(urlHosts: readonly string[] = []) {
  return defineContract({
    type: CITATIONS_EXTRACT,
    summary: 'Finds the legal citations of a text, file or page, groups parallel ones and verifies them.',
    category: 'default',
    input: inputSchema(urlHosts),
    output,
    inline: ({ text, force_mode }) =>
      force_mode ? force_mode === 'sync' : text !== undefined && text.length < SHORT_TEXT,
    // A result answers for a day. What fails here and passes again, fails for seconds: a killed process, a slow page.
    policy: { window: 86_400, firstDelay: 2, cap: 60, timeout: 600 },
    example: { text: 'Segregation ended with Brown v. Board of Education, 347 U.S. 483, 495 (1954).' },
  });
}
export type CitationsContract = ReturnType<typeof createCitationsContract>;
export type CitationsInput = z.output<CitationsContract['input']>;
