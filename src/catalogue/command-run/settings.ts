import { json } from '../../setting-kinds';
import { allowedCommandsSchema } from './allowed-command';

export const COMMAND_SETTINGS = {
  HOLDFAST_COMMANDS: json(allowedCommandsSchema, {}).describe(
    'Programs that command.run may start, by name: JSON, or the path of a JSON file; docs/reference/tasks/command-run.md lists the fields. Defaults to {}: none.',
  ),
};
