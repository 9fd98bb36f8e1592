/**
 * The entry of the workflow bundle. A default export serves every workflow type name, so a task's type
 * is its Temporal workflow type and the Web UI shows it.
 */

export { alerts } from './alerts';
export { batch } from './batch';
export { bulkAction } from './bulk-action';
export { circuitBreaker } from './circuit-breaker';
export { monitor } from './monitor';
export { memberTask as default } from './tell-batch';
