import { port } from '../setting-kinds';

/** The Temporal server that `npm start` brings. */
export const EMBEDDED_SETTINGS = {
  HOLDFAST_TEMPORAL_PORT: port(7233).describe('Port of the embedded Temporal server. Defaults to 7233.'),
  HOLDFAST_UI_PORT: port(8233).describe("Port of the embedded server's Web UI. Defaults to 8233."),
};
