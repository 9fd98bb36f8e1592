import type { DeadLetter } from './dead-letter';

/** A way to help a dead letter, and what to type for it. */
export interface DeadLetterCommand {
  does: string;
  /** Through the HTTP API. */
  http: string;
  /** Through Temporal's own command line; absent for a task that has ended, since a closed workflow takes no signals. */
  temporal?: string;
}

const PLACES = { by: 'YOUR NAME', reason: 'WHY' };

/** @param api Base URL of the HTTP API: `http://127.0.0.1:3000`. */
export function commandsFor({ id, state, parking }: DeadLetter, api: string): DeadLetterCommand[] {
  const open = state === 'dead-lettered';
  const command = (does: string, action: string, more: object = {}): DeadLetterCommand => {
    const message = JSON.stringify({ ...PLACES, ...more, ...(parking !== undefined && { parking }) });
    const url = `${api}/v1/tasks/${encodeURIComponent(id)}/${action}`;
    const signal = `temporal workflow signal --workflow-id ${quote(id)} --name ${action} --input ${quote(message)}`;
    const http = `curl -s ${quote(url)} -H 'Content-Type: application/json' -d ${quote(message)}`;
    return { does, http, ...(open && { temporal: signal }) };
  };
  return [
    command('Run it again now', 'retry'),
    command('Run it again with a corrected input', 'retry', { input: 'THE WHOLE INPUT' }),
    command('Give its result in the place of the handler', 'resolve', { result: 'THE RESULT' }),
    ...(open ? [command('Give it up', 'abandon')] : []),
  ];
}

/** One argument of a shell, whatever is in it. */
function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
