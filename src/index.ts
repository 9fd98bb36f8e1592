/** Holdfast as a library: what a program needs to submit and read tasks, or to host task types of its own. */
export type { Handler, HandlerContext, HandlersFor, TaskLog } from './activities/handler';
export { LocalArtifactStore } from './artifacts/local-store';
export type { ArtifactStore } from './artifacts/store';
export type { BreakerView } from './client/breakers';
export { connectClient } from './client/connect';
export type { TaskFilter } from './client/list-query';
export type { Submission } from './client/prepare';
export { setUpNamespace } from './client/setup';
export { type BulkResult, type SubmitResult, TaskClient, type TaskClientOptions } from './client/task-client';
export type { TimelineEntry } from './client/timeline-entry';
export type { TaskView } from './client/view';
export { type ErrorCode, HoldfastError } from './errors';
export { createContracts } from './tasks';
export { type Contract, defineContract } from './tasks/contract';
export type { FailureAction, FailureCodeName } from './tasks/failure-codes';
export { TaskFailure } from './tasks/failures';
export { TASK_STATES, type TaskState } from './tasks/words';
export { type RunningWorkers, startWorkers, type WorkerOptions } from './worker/start';
