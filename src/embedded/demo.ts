import { setTimeout as sleep } from 'node:timers/promises';
import { imageConvert } from '../tasks/image-convert';

/** What the self-check reads of a task. */
interface Task {
  id: string;
  state: string;
  result?: { artifacts: { image: { hash: string; bytes: number } }; width: number; height: number; format: string };
  failure?: { code: string; message: string };
  why?: unknown;
}

const ENDS = ['completed', 'failed', 'cancelled'];
const PATIENCE_MS = 60_000;
const POLL_MS = 25;

/** A command that submits a first task, ready to be pasted into a shell. */
export function firstCurl(url: string): string {
  const body = JSON.stringify({ type: imageConvert.type, input: imageConvert.example });
  return `curl -s ${url}/v1/tasks -H 'Content-Type: application/json' -H 'Prefer: wait=10' -d '${body}'`;
}

/**
 * Runs one real task through the HTTP API, as any caller would: uploads a picture, submits it, follows it.
 * @param tell Gets a line for each state as it changes.
 * @returns The hash of the picture that it made. Throws when the task does not complete.
 */
export async function selfCheck(url: string, tell: (line: string) => void): Promise<string> {
  const { image, ...operations } = imageConvert.example;
  const picture = Buffer.from('base64' in image ? image.base64 : '', 'base64');
  const file = await post<{ hash: string }>(`${url}/v1/files`, 'image/png', picture);
  const input = { ...operations, image: { artifact: file.hash } };
  const body = JSON.stringify({ type: imageConvert.type, input, tags: ['self-check'] });
  let task = await post<Task>(`${url}/v1/tasks`, 'application/json', body);
  tell(`  ${task.id}: ${task.state}`);
  for (const deadline = Date.now() + PATIENCE_MS; !ENDS.includes(task.state); await sleep(POLL_MS)) {
    if (Date.now() > deadline) throw new Error(`the task is still ${task.state} after ${PATIENCE_MS / 1000} s`);
    const before = task.state;
    task = await read<Task>(await fetch(`${url}/v1/tasks/${encodeURIComponent(task.id)}`));
    if (task.state !== before) tell(`  ${task.id}: ${task.state}`);
  }
  if (!task.result) throw new Error(`the task ${task.state}: ${task.failure?.code} ${task.failure?.message}`);
  const { width, height, format, artifacts } = task.result;
  tell(`  made a ${format} of ${width} x ${height} pixels, ${artifacts.image.bytes} bytes`);
  return artifacts.image.hash;
}

async function post<T>(url: string, contentType: string, body: string | Uint8Array<ArrayBuffer>): Promise<T> {
  return read<T>(await fetch(url, { method: 'POST', headers: { 'content-type': contentType }, body }));
}

async function read<T>(response: Response): Promise<T> {
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.url} answered ${response.status}: ${text}`);
  return JSON.parse(text) as T;
}
