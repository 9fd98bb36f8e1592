/** One command of a page, and what it printed there. */
export interface Example {
  command: string;
  output: string;
}

const BLOCK = /```console\n([\s\S]*?)```/g;

/** The examples of a page, in its order: what follows `$ ` in its `console` blocks, and the lines below it. */
export function examplesOf(page: string): Example[] {
  return [...page.matchAll(BLOCK)].flatMap(([, block = '']) =>
    block
      .split(/^\$ /m)
      .slice(1)
      .map((text) => {
        const [command = '', ...output] = text.split('\n');
        return { command, output: output.join('\n').trimEnd() };
      }),
  );
}

/** The page with other outputs, one for each example. */
export function withOutputs(page: string, outputs: readonly string[]): string {
  const rest = [...outputs];
  return page.replace(BLOCK, (_, block: string) => {
    const commands = [...block.matchAll(/^\$ .*$/gm)].map(([line]) => line);
    const texts = commands.map((line) => [line, rest.shift() ?? ''].filter(Boolean).join('\n'));
    return `\`\`\`console\n${texts.join('\n')}\n\`\`\``;
  });
}

/** An output as it may stand in the documentation: nothing of the machine, and no stack traces. */
export function publishable(output: string): string {
  return output
    .replace(/(StackTrace:)\n(?: {8}.*\n?)+/g, '$1 …\n')
    .replace(/\d+@[\w.-]+/g, '1@host')
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
    .replace(/^\n+|\n+$/g, '');
}

/**
 * What must be the same in every run: not times, run IDs, versions, what an encoder makes
 * of a picture, and the widths of columns.
 */
export function shapeOf(output: string): string {
  return (
    output
      .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '<run>')
      .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>')
      .replace(/\bnow\b|\b(an?|\d+|less than a) (second|minute|hour|day)s? (ago|from now)/g, '<when>')
      .replace(/\b\d+(\.\d+)?m?s\b/g, '<duration>')
      .replace(/sha256:[0-9a-f]{64}/g, 'sha256:<hash>')
      .replace(/"bytes":\d+/g, '"bytes":<n>')
      // Each file of tests has a namespace of its own.
      .replace(/(Namespace\s+)test-\d+/g, '$1default')
      .replace(/holdfast\/[\d.]+\//g, 'holdfast/<version>/')
      .split('\n')
      .map((line) => line.replace(/\s+/g, ' ').trim())
      .filter(Boolean)
      .join('\n')
  );
}
