import { mkdir, symlink } from 'node:fs/promises';
import path from 'node:path';
import type { z } from 'zod';
import { createContracts, createHandlers } from '../../../src/catalogue';
import { allowedCommandsSchema } from '../../../src/catalogue/command-run/allowed-command';
import type { TaskClient } from '../../../src/client/task-client';
import { Harness } from '../harness';
import { tasksOf } from '../tasks-of';

const CLI = path.join(__dirname, '..', '..', '..', 'bin', 'holdfast.js');

/**
 * Where an incident of docs/operations/operations.md happens: a server, the task types that ship, workers that come and go,
 * and an operator's shell. Keys make the tasks' IDs the same on every machine.
 */
export class IncidentStage {
  private readonly handlers;
  private stopping: (() => Promise<void>) | undefined;

  private constructor(
    readonly harness: Harness,
    readonly tasks: TaskClient,
    private readonly allowed: z.input<typeof allowedCommandsSchema>,
  ) {
    this.handlers = createHandlers({ commands: allowedCommandsSchema.parse(allowed), maxPixels: 1_000_000 });
  }

  static async open(allowed: z.input<typeof allowedCommandsSchema> = {}): Promise<IncidentStage> {
    const harness = await Harness.start();
    const contracts = createContracts({ commands: allowedCommandsSchema.parse(allowed) });
    const stage = new IncidentStage(harness, tasksOf(harness, contracts), allowed);
    await mkdir(stage.tools);
    await symlink(CLI, path.join(stage.tools, 'holdfast'));
    return stage;
  }

  /** Programs of the operator's shell. */
  get tools(): string {
    return path.join(this.harness.folder, 'bin');
  }

  /** The operator's shell. */
  get env(): NodeJS.ProcessEnv {
    return {
      ...process.env,
      PATH: `${this.tools}:${process.env.PATH}`,
      TZ: 'UTC',
      ...this.harness.env,
      HOLDFAST_ARTIFACTS: this.harness.artifacts.folder,
      HOLDFAST_COMMANDS: JSON.stringify(this.allowed),
      HOLDFAST_TEMPORAL_DEADLINE: '10',
    };
  }

  /** @param bundlePath Workflow code of another build. */
  async startWorkers(bundlePath?: string): Promise<void> {
    const contracts = createContracts({ commands: allowedCommandsSchema.parse(this.allowed) });
    const { handlers } = this.handlers;
    const options = { contracts, handlers, shutdownGrace: 0, ...(bundlePath !== undefined && { bundlePath }) };
    this.stopping = await this.harness.startWorkers(options);
  }

  async stopWorkers(): Promise<void> {
    await this.stopping?.();
  }

  async close(): Promise<void> {
    await this.harness.close();
    await this.handlers.close();
  }
}

/** Trouble of docs/operations/operations.md: how it comes about, and what the commands do there that are not ours. */
export interface Incident {
  /** Heading of its section. */
  heading: string;
  begin(): Promise<IncidentStage>;
  /** By command, as the page has it. */
  actions: Record<string, (stage: IncidentStage) => Promise<void>>;
}
