import type { Catalogue } from '../tasks';
import type { AllowedCommands } from '../tasks/allowed-command';
import { createCommandRun } from './command-run';
import { createEmailSend, type EmailSettings } from './email-send';
import type { Handler, HandlersFor } from './handler';
import { createImageConvert } from './image-convert';

export interface HandlerSettings {
  commands: AllowedCommands;
  /** Largest image that is read or made, in pixels. */
  maxPixels: number;
  email: EmailSettings;
}

export interface Handlers {
  handlers: Readonly<Record<string, Handler>>;
  /** Ends what handlers keep warm between attempts. */
  close(): Promise<void>;
}

/** The handler of every task type in the catalogue; one that is missing does not compile. */
export function createHandlers({ commands, maxPixels, email }: HandlerSettings): Handlers {
  const images = createImageConvert({ maxPixels });
  const handlers: HandlersFor<Catalogue> = {
    'image.convert': images.handler,
    'command.run': createCommandRun({ commands }),
    'email.send': createEmailSend(email),
  };
  return { handlers: handlers as unknown as Record<string, Handler>, close: images.close };
}
