import { spawn } from 'node:child_process';
import path from 'node:path';
import { text } from 'node:stream/consumers';

const SCRIPT = `const { buffer } = require('node:stream/consumers');
const { extractText, getDocumentProxy } = require('unpdf');
buffer(process.stdin)
  .then((pdf) => getDocumentProxy(new Uint8Array(pdf)))
  .then((document) => extractText(document))
  .then(({ text }) => console.log(JSON.stringify(text)));`;

/** The text of each page, as another library reads it: in a process of its own, since it loads modules as jest cannot. */
export async function pagesOf(pdf: Uint8Array): Promise<string[]> {
  const root = path.resolve(__dirname, '../..');
  const reader = spawn(process.execPath, ['-e', SCRIPT], { cwd: root, stdio: ['pipe', 'pipe', 'inherit'] });
  reader.stdin.end(pdf);
  return JSON.parse(await text(reader.stdout)) as string[];
}
