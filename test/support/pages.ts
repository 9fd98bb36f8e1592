import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.join(__dirname, '..', '..');

/** The pages of the documentation, README first, as paths below the project's folder. */
export function pageNames(): string[] {
  const docs = readdirSync(path.join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' });
  const pages = docs.filter((name) => name.endsWith('.md')).map((name) => path.posix.join('docs', name));
  return ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', ...pages.sort()];
}

export function readPage(name: string): string {
  return readFileSync(path.join(ROOT, name), 'utf8');
}

/** The page without its code blocks. */
export function proseOf(page: string): string {
  return page.replace(/^```.*\n[\s\S]*?^```$/gm, '');
}

/** The headings of a page, as they are written. */
function headingsOf(page: string): string[] {
  return [...proseOf(page).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => heading);
}

/** The names under which GitHub and others link to the headings of a page. */
export function anchorsOf(page: string): Set<string> {
  const anchors = new Set<string>();
  for (const heading of headingsOf(page)) {
    const text = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
    const anchor = text.replace(/[^\p{L}\p{N} _-]/gu, '').replaceAll(' ', '-');
    let unique = anchor;
    for (let again = 1; anchors.has(unique); again++) unique = `${anchor}-${again}`;
    anchors.add(unique);
  }
  return anchors;
}

/** The text below each heading of a page, down to the next one. */
export function sectionsOf(page: string): Map<string, string> {
  const [, ...parts] = page.split(/^#+ /m);
  return new Map(parts.map((part) => [part.split('\n', 1)[0] ?? '', part]));
}

/** The rows of the table with this head, such as `| class | redrives |`; cells as they are written. */
export function tableWith(page: string, head: string): string[][] {
  const [, after = ''] = page.split(`\n${head}`);
  const [, , ...lines] = after.split('\n');
  const end = lines.findIndex((line) => !line.startsWith('|'));
  return lines.slice(0, end).map((line) =>
    line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim()),
  );
}
