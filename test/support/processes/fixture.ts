import path from 'node:path';

const HOOK = path.join(__dirname, 'typescript-hook.js');
const FIXTURES = path.join(__dirname, '..', '..', 'fixtures');

/** What Node gets to run a program of `test/fixtures` as it is, TypeScript and all. */
export function fixture(name: string, ...args: readonly string[]): string[] {
  return ['--require', HOOK, path.join(FIXTURES, `${name}.ts`), ...args];
}
