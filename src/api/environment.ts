/** What people call the place that they look at. */
export interface EnvironmentInfo {
  name: string;
  /** Of the name in the dashboard; `#rrggbb`. */
  colour?: string;
  /** Address of Temporal's own Web UI, as far as the workflows of the namespace. */
  temporalUi?: string;
}

interface EnvironmentSettings {
  HOLDFAST_ENVIRONMENT: string;
  HOLDFAST_ENVIRONMENT_COLOUR?: string | undefined;
  HOLDFAST_TEMPORAL_UI?: string | undefined;
}

/** What the settings say of the place. @param namespace Whose workflows the Web UI shows. */
export function environmentOf(settings: EnvironmentSettings, namespace: string): EnvironmentInfo {
  const { HOLDFAST_ENVIRONMENT: name, HOLDFAST_ENVIRONMENT_COLOUR: colour, HOLDFAST_TEMPORAL_UI: ui } = settings;
  const temporalUi = ui && `${ui.replace(/\/+$/, '')}/namespaces/${encodeURIComponent(namespace)}`;
  return { name, ...(colour && { colour }), ...(temporalUi && { temporalUi }) };
}
