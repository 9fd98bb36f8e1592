import type { AllowedCommands } from './allowed-command';
import { createCommandRunContract } from './command-run';
import { emailSend } from './email-send';
import { imageConvert } from './image-convert';
import { webhookDeliver } from './webhook-deliver';
import { webhookProcess } from './webhook-process';

/** The catalogue: every task type that Holdfast ships. A new one is one more entry here. */
export function createContracts({ commands }: { commands: AllowedCommands }) {
  return [imageConvert, createCommandRunContract(commands), emailSend, webhookDeliver, webhookProcess] as const;
}
export type Catalogue = ReturnType<typeof createContracts>;
