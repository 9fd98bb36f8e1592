import { convertToHtml } from 'mammoth';
import { setApart } from './superscript';
import { Archive } from './unzip';

/** Bytes of markup that are unpacked: twenty for each character of the longest text. */
const MAX_UNPACKED = 100 * 1024 * 1024;

/** What mammoth makes of a document, as far as its text is concerned. */
interface Element {
  readonly type: string;
  readonly value?: string;
  readonly verticalAlignment?: string;
  readonly children?: readonly Element[];
}

/** What mammoth takes for an archive that is open. */
interface OpenFile {
  exists(name: string): boolean;
  read(name: string, encoding?: string): Promise<Uint8Array | string>;
}

/** The text of a Word document: a blank line after each paragraph. @throws Error; TaskFailure when there is too much. */
export async function readDocx(bytes: Buffer): Promise<string> {
  const archive = await Archive.open(bytes, MAX_UNPACKED);
  const file: OpenFile = {
    exists: (name) => archive.has(name),
    read: async (name, encoding) => {
      const content = await archive.read(name);
      return encoding ? content.toString(encoding === 'base64' ? 'base64' : 'utf8') : content;
    },
  };
  const parts: string[] = [];
  await convertToHtml({ file } as unknown as { buffer: Buffer }, {
    // Its own way to a text forgets what is raised, and line breaks.
    transformDocument: (document: Element) => {
      collect(document, parts, false);
      return { ...document, children: [] };
    },
  });
  return parts.join('');
}

function collect(element: Element, parts: string[], isRaised: boolean): void {
  const { type, value = '', verticalAlignment, children = [] } = element;
  const raised = isRaised || verticalAlignment === 'superscript';
  if (type === 'text') parts.push(raised ? setApart(value) : value);
  else if (type === 'tab') parts.push('\t');
  else if (type === 'break') parts.push('\n');
  for (const child of children) collect(child, parts, raised);
  if (type === 'paragraph') parts.push('\n\n');
}
