import { setTimeout as sleep } from 'node:timers/promises';
import { imageConvert } from '../catalogue/image-convert/contract';
import type { TaskView } from '../client/read/view';
import { isOpen } from '../tasks/state';

const PATIENCE_MS = 60_000;
const POLL_MS = 25;

/** A command that submits a first task, ready to be pasted into a shell. */
export function firstCurl(url: string): string {
  const body = JSON.stringify({ type: imageConvert.type, input: imageConvert.example });
  return `curl -s ${url}/v1/tasks -H 'Content-Type: application/json' -H 'Prefer: wait=10' -d '${body}'`;
}

/**
 * Runs one real task through the HTTP API, as any caller would: uploads a picture, submits it, follows it.
 * @param print Gets a line for each state as it changes.
 * @returns Where the API serves the picture that it made, and its hash. Throws when the task does not complete.
 */
export async function selfCheck(
  url: string,
  print: (line: string) => void,
): Promise<{ artifactUrl: string; hash: string }> {
  const { image, ...operations } = imageConvert.example;
  const picture = Buffer.from('base64' in image ? image.base64 : '', 'base64');
  const file = await post<{ hash: string }>(`${url}/v1/files`, 'image/png', picture);
  const input = { ...operations, image: { artifact: file.hash } };
  const body = JSON.stringify({ type: imageConvert.type, input, tags: ['self-check'] });
  let task = await post<TaskView>(`${url}/v1/tasks`, 'application/json', body);
  const taskUrl = `${url}/v1/tasks/${encodeURIComponent(task.id)}`;
  print(`  ${task.id}: ${task.state}`);
  for (const deadline = Date.now() + PATIENCE_MS; isOpen(task.state); await sleep(POLL_MS)) {
    if (Date.now() > deadline) throw new Error(`the task is still ${task.state} after ${PATIENCE_MS / 1000} s`);
    const before = task.state;
    task = await read<TaskView>(await fetch(taskUrl));
    if (task.state !== before) print(`  ${task.id}: ${task.state}`);
  }
  if (task.state !== 'completed') throw new Error(`the task ${task.state}: ${task.failure?.message}`);
  const { width, height, format, bytes, hash } = imageConvert.output.parse(task.result);
  print(`  made a ${format} of ${width} x ${height} pixels, ${bytes} bytes`);
  return { artifactUrl: `${taskUrl}/artifacts/image`, hash };
}

async function post<T>(url: string, contentType: string, body: string | Uint8Array<ArrayBuffer>): Promise<T> {
  return read<T>(await fetch(url, { method: 'POST', headers: { 'content-type': contentType }, body }));
}

async function read<T>(response: Response): Promise<T> {
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.url} answered ${response.status}: ${text}`);
  return JSON.parse(text) as T;
}
