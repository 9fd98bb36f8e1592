import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseSync } from '@swc/core';

const SOURCE = path.join(__dirname, '..', '..', 'web', 'src');
/** Attributes whose value is read by a person. */
const SHOWN =
  /^(alt|aria-(label|description|roledescription|valuetext)|title|placeholder|label|heading|hint|meta|empty|explanation|confirm|note|what|reasonLabel)$/;
/** Names of an object's fields that are shown. */
const FIELDS = /^(label|hint|title|name|does|done|means)$/;

interface Node {
  type?: string;
  span?: { start: number };
  [field: string]: unknown;
}

/** Where a page has an English text of its own: `line: text`. */
function textsIn(code: string): string[] {
  // Positions are counted in bytes, from where the first statement begins.
  const bytes = Buffer.from(`0;${code}`);
  const program = parseSync(bytes.toString(), { syntax: 'typescript', tsx: true }) as unknown as Node & {
    body: Node[];
  };
  const from = program.body[0]?.span?.start ?? 0;
  const found: string[] = [];
  const report = ({ span }: Node, text: string) => {
    const line = bytes
      .subarray(0, (span?.start ?? from) - from)
      .toString()
      .split('\n').length;
    found.push(`${line + leadingLines(text)}: ${text.trim().replace(/\s+/g, ' ')}`);
  };
  walk(program, false, report);
  return found;
}

/** @param shown Whether what is evaluated here is shown: a literal is a text then. */
function walk(node: unknown, shown: boolean, report: (node: Node, text: string) => void): void {
  if (Array.isArray(node)) {
    for (const one of node) walk(one, shown, report);
  } else if (typeof node === 'object' && node !== null) {
    const own = node as Node;
    for (const text of literals(own)) {
      if ((shown || own.type === 'JSXText') && /\p{L}/u.test(text)) report(own, text);
    }
    for (const [part, isShown] of parts(own, shown)) walk(part, isShown, report);
  }
}

function literals({ type, value, quasis }: Node): string[] {
  if (type === 'JSXText' || type === 'StringLiteral') return [String(value)];
  return type === 'TemplateLiteral' ? (quasis as { cooked: string }[]).map(({ cooked }) => cooked) : [];
}

/** What a node is made of, and whether each is shown. */
function parts({ type, ...fields }: Node, shown: boolean): [part: unknown, shown: boolean][] {
  switch (type) {
    case 'JSXElement':
    case 'JSXFragment':
      return [
        [fields.opening, false],
        [fields.children, true],
      ];
    case 'JSXAttribute':
      return [[fields.value, SHOWN.test(nameOf(fields.name))]];
    case 'KeyValueProperty':
      return [[fields.value, shown || FIELDS.test(nameOf(fields.key))]];
    // What is shown is one of the two, not what decides.
    case 'ConditionalExpression':
      return [
        [fields.test, false],
        [[fields.consequent, fields.alternate], shown],
      ];
    case 'BinaryExpression':
      return [[[fields.left, fields.right], shown && /^(\|\||&&|\?\?|\+)$/.test(String(fields.operator))]];
    case 'TemplateLiteral':
      return [[fields.expressions, shown]];
    case 'JSXExpressionContainer':
    case 'ParenthesisExpression':
    case 'TsAsExpression':
    case 'TsConstAssertion':
      return [[fields.expression, shown]];
    default:
      return [[Object.values(fields), false]];
  }
}

const nameOf = (node: unknown) => String((node as Node).value ?? '');
const leadingLines = (text: string) => (/^\s*/.exec(text)?.[0] ?? '').split('\n').length - 1;

describe('the English texts of the dashboard', () => {
  it('stand in web/src/texts, and nowhere else', () => {
    const files = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.tsx'));
    expect(files.length).toBeGreaterThan(50);
    const found = files.flatMap((name) =>
      textsIn(readFileSync(path.join(SOURCE, name), 'utf8')).map((one) => `${name}:${one}`),
    );
    expect(found).toEqual([]);
  });

  it.each([
    ['a text node', '\n<p>\n  Not yet\n</p>', '3: Not yet'],
    ['a part of a text node', '<p>– {count} more</p>', '1: more'],
    ['an attribute', '<a\n  title="Go there" href="/tasks" />', '2: Go there'],
    ['one of two texts', '<a aria-label={open ? "Close it" : texts.open} />', '1: Close it'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the code of a page
    ['a template', '<a title={`Copy ${id}`} />', '1: Copy'],
    ['an expression that is shown', '<p>{name ?? "nobody"}</p>', '1: nobody'],
    ['what an item of a menu says', '<Menu items={[{ label: "Sign out", go }]} />', '1: Sign out'],
  ])('are found as %s', (_what, code, found) => {
    expect(textsIn(code)).toEqual([found]);
  });

  it.each([
    ['codes', '<p className="muted">{state === "open" ? texts.open : texts.shut(kind ?? 1)}</p>'],
    ['signs', '<p title="–">{count} / {all}, 100 %</p>'],
    ['values', '<Link to="/tasks" search={{ q: "state:open" }}>{texts.tasks}</Link>'],
  ])('are not %s', (_what, code) => {
    expect(textsIn(code)).toEqual([]);
  });
});
