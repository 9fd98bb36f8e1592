import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { z } from 'zod';
import type { HandlerContext } from '../../../src/activities/attempt/handler';
import { allowedCommandsSchema } from '../../../src/catalogue/command-run/allowed-command';
import { type CommandRunContract, createCommandRunContract } from '../../../src/catalogue/command-run/contract';
import { createCommandRun } from '../../../src/catalogue/command-run/handler';
import { createHandlerContext } from '../handler-context';

type Entry = z.input<typeof allowedCommandsSchema>[string];
type Input = z.input<CommandRunContract['input']>;

export const folder = mkdtempSync(path.join(tmpdir(), 'holdfast-test-commands-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let scripts = 0;

/** Writes an executable script and returns its path. Shell by default; `node` makes it JavaScript. */
export function script(body: string, interpreter: 'sh' | 'node' = 'sh'): string {
  const file = path.join(folder, `script-${scripts++}`);
  writeFileSync(file, `#!${interpreter === 'sh' ? '/bin/sh' : process.execPath}\n${body}\n`, { mode: 0o755 });
  return file;
}

/** Runs a program as the only allowed command, `it`, the way an attempt does: contract first, then handler. */
export function start(entry: Entry, input: Omit<Input, 'command'> = {}, context: Partial<HandlerContext> = {}) {
  const commands = allowedCommandsSchema.parse({ it: { args: ['[^]*...'], ...entry } });
  const test = createHandlerContext({ type: 'command.run', ...context });
  const asked = createCommandRunContract(commands).input.parse({ command: 'it', ...input });
  return { ...test, result: createCommandRun({ commands })(asked, test.context) };
}

/** The process IDs that scripts have written to a file, one a line. */
export function pidsIn(file: string): number[] {
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean).map(Number) : [];
}

/** A script that reports its own and its children's process IDs to its first argument, and stays. */
export const FAMILY = `
echo $$ >> "$1"
sh -c 'echo $$ >> "$1"; sleep 300 & echo $! >> "$1"; wait' child "$1" &
wait`;
export const FAMILY_SIZE = 3;
