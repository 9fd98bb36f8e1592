const PREFIX = 'holdfast.type:';

/**
 * How a worker reports to the server which task types it has handlers for: as names of plugins, which the SDK
 * sends with each of the worker's own heartbeats and does nothing else with.
 */
export function servedTypePlugins(types: readonly string[]): { name: string }[] {
  return types.map((type) => ({ name: `${PREFIX}${type}` }));
}

/** The task type in such a name; undefined for every other plugin. */
export function servedType(pluginName: string): string | undefined {
  return pluginName.startsWith(PREFIX) ? pluginName.slice(PREFIX.length) : undefined;
}
