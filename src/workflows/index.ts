/**
 * The entry of the workflow bundle. A default export serves every workflow type name, so a task's type
 * is its Temporal workflow type and the Web UI shows it.
 */

export { alerts } from './alerts/alerts';
export { batch } from './batch/batch';
export { circuitBreaker } from './breaker/circuit-breaker';
export { bulkAction } from './bulk/bulk-action';
export { monitor } from './monitor/monitor';
export { memberTask as default } from './task/report-to-batch';
