/** The activities of the control queue's workflows: what they do to the world outside. */
export function createControlActivities(): Record<string, (...args: never[]) => Promise<unknown>> {
  return {};
}
