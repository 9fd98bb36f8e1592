import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loadIfStored } from '../../artifacts/large-values';
import type { Contract } from '../../tasks/contract';
import { redactValue } from '../../tasks/redact';
import { UsageError } from '../runner';
import type { Session } from '../session';
import { differences } from './differences';

const LONGEST_SHOWN = 200;

/**
 * A task's input as a person has corrected it in an editor: checked by the contract, with the difference shown.
 * @throws UsageError when nothing was changed, or when it is not what the task type takes.
 */
export async function editedInput(session: Session, id: string): Promise<unknown> {
  const { type, input } = await session.tasks.input(id);
  const before = await loadIfStored(session.artifacts, input);
  const after = readEdited(await edit(`${JSON.stringify(before, undefined, 2)}\n`));
  const changes = differences(before, after);
  if (changes.length === 0) throw new UsageError('Nothing was changed in the editor, so nothing was done.');
  check(session.app.contracts, type, after);
  for (const change of changes) {
    const { pointer } = change;
    if ('before' in change) session.out.note(`- ${pointer || '/'}: ${shown(pointer, change.before)}`);
    if ('after' in change) session.out.note(`+ ${pointer || '/'}: ${shown(pointer, change.after)}`);
  }
  return after;
}

/** The file has the real input, secrets and all, so nobody else may read it, and it does not stay. */
async function edit(text: string): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'holdfast-input-'));
  const file = path.join(folder, 'input.json');
  try {
    await writeFile(file, text, { mode: 0o600 });
    const editor = process.env.VISUAL || process.env.EDITOR || 'vi';
    // As git does: the setting may hold arguments.
    const child = spawn('/bin/sh', ['-c', `${editor} "$1"`, 'holdfast', file], { stdio: 'inherit' });
    const [code] = (await once(child, 'close')) as [number | null];
    if (code !== 0) throw new UsageError(`The editor (${editor}) ended with ${code ?? 'a signal'}: nothing was done.`);
    return await readFile(file, 'utf8');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function readEdited(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError(`What the editor left is not JSON: ${(error as Error).message}. Nothing was done.`);
  }
}

function check(contracts: readonly Contract[], type: string, input: unknown): void {
  const contract = contracts.find((one) => one.type === type);
  if (!contract) throw new UsageError(`The code at hand has no task type ${type}, so its input cannot be checked.`);
  const parsed = contract.input.safeParse(input);
  if (parsed.success) return;
  const [issue] = parsed.error.issues;
  const place = issue?.path.map((part) => `/${String(part)}`).join('');
  throw new UsageError(`${type} does not take this input: /input${place}: ${issue?.message}. Nothing was done.`);
}

/** What is named like a secret is not shown, whatever it is. */
function shown(pointer: string, value: unknown): string {
  const name = pointer.split('/').at(-1) ?? '';
  const { [name]: redacted } = redactValue({ [name]: value }) as Record<string, unknown>;
  const text = JSON.stringify(redacted);
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text;
}
