import { readFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { type Command, Option } from 'commander';
import { statementSubmissions } from '../../catalogue/transactions-process/statement-submissions';
import { OPERATIONS, type Operation } from '../../catalogue/transactions-process/transaction';
import { decodeText } from '../../tasks/decode-text';
import { EXIT } from '../exit-codes';
import { headed } from '../head';
import { type Runner, UsageError } from '../runner';
import type { Session } from '../session';

interface StatementOptions {
  operation: Operation;
  key?: string;
  tenant?: string;
}

export function addSubmitStatement(program: Command, runner: Runner): void {
  headed(runner.common(program.command('submit-statement')), {
    summary: 'submit bank transactions, one task a client',
    description: 'Divides a CSV of bank transactions by its column client and submits one task for each client.',
    examples: ['holdfast submit-statement november.csv --operation payee-lookup --key november'],
  })
    .argument('<file>', 'a CSV of bank transactions with a column client; - for standard input')
    .addOption(new Option('--operation <name>', 'what to find out').choices(OPERATIONS).default('both'))
    .option('--key <key>', 'beginning of the idempotency keys: submitting the file again finds the same tasks')
    .option('--tenant <name>', 'whose tasks they are')
    .action(runner.run<[string], StatementOptions>('submitting the statement', submit));
}

async function submit(session: Session, file: string, options: StatementOptions): Promise<number | undefined> {
  const { out, tasks, artifacts } = session;
  const submissions = await statementSubmissions(await read(file), artifacts, options);
  const results = await tasks.submitAll(submissions);
  const failed = results.flatMap((result) => ('error' in result ? [result.error] : []));
  if (out.asJson) {
    out.json({
      tasks: results.map((result) =>
        'error' in result
          ? { error: { code: result.error.code, message: result.error.message } }
          : { task: result.task, duplicate: result.duplicate },
      ),
    });
  } else {
    for (const result of results) {
      if ('error' in result) out.note(`Not submitted: ${result.error.message}`);
      else out.line(`${result.task.id}  ${result.task.description}${result.duplicate ? ' (there already)' : ''}`);
    }
  }
  if (failed.some(({ code }) => code === 'unavailable')) return EXIT.unavailable;
  return failed.length > 0 ? EXIT.refused : undefined;
}

async function read(file: string): Promise<string> {
  const bytes = await bytesOf(file);
  try {
    return decodeText(bytes).text;
  } catch (error) {
    throw new UsageError(`The CSV cannot be read: ${(error as Error).message}.`);
  }
}

async function bytesOf(file: string): Promise<Buffer> {
  if (file === '-') return buffer(process.stdin);
  try {
    return await readFile(file);
  } catch (error) {
    throw new UsageError(`${(error as Error).message}. Give a CSV file, or - for standard input.`);
  }
}
