import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { withElapsed } from './elapsed';
import { downloadedProgram, isProgram, type Search, type Tool } from './tools';

const run = promisify(execFile);

/** From here and from its compiled place alike, two folders up is the project. */
const SCRIPT = path.join(__dirname, '..', '..', 'scripts', 'download-server.js');

/**
 * Lets the Temporal SDK download a tool into the tools folder and returns the program's path. The SDK's
 * native part takes over a process's signals, so that it works in a process of its own.
 * @throws Error with the SDK's own reason.
 */
export async function downloadWithSdk(tool: Tool, { toolsFolder, env = process.env, log }: Search): Promise<string> {
  await mkdir(toolsFolder, { recursive: true });
  const args = [SCRIPT, tool.server, `v${tool.version}`, toolsFolder];
  await withElapsed(`Downloading the ${tool.title} ${tool.version} with the Temporal SDK`, log, () =>
    run(process.execPath, args, { env }).catch((error: Error & { stderr?: string }) => {
      throw new Error(error.stderr?.trim().split('\n').at(-1) || error.message, { cause: error });
    }),
  );
  const program = downloadedProgram(tool, toolsFolder);
  if (!(await isProgram(program))) throw new Error(`the SDK left nothing at ${program}`);
  return program;
}
