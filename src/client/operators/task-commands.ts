import { effectOf } from '../../protocol/operator';
import type { OperatorMessage } from '../../protocol/task';
import { deriveState, isOpen, type TaskFacts } from '../../tasks/state';
import type { TaskViews } from '../read/task-views';
import type { Resources } from '../resources';
import { Enforcer, overTime } from './enforcer';
import { type AnsweredTask, answered } from './operator-answer';
import { checkMessage } from './operator-message';
import { conflict, movedOn, type OperatorAction, Operators, type Outcome } from './operators';
import { redrive } from './redrive';

/** A task as somebody saw it. */
export interface SeenTask {
  id: string;
  runId: string;
  parking?: number;
}

/** Operators' commands for single tasks: open ones get a message, ended ones a new run. */
export class TaskCommands {
  private readonly operators: Operators;

  constructor(
    private readonly resources: Resources,
    private readonly views: TaskViews,
  ) {
    this.operators = new Operators(resources.gateway, resources.reader);
  }

  async act(taskId: string, action: OperatorAction, message: OperatorMessage): Promise<AnsweredTask> {
    const outcome = await this.pass(await this.views.facts(taskId), action, message);
    return answered(await this.views.read(taskId), action, outcome);
  }

  /** @returns `undefined` when the task has moved on since it was seen; then nothing was done. */
  async send(seen: SeenTask, action: OperatorAction, message: OperatorMessage): Promise<Outcome | undefined> {
    const { id, runId, parking } = seen;
    const facts = await this.views.facts(id);
    if (facts.runId !== runId) return undefined;
    const isParked = deriveState(facts, new Date()) === 'dead-lettered';
    if (parking !== undefined && !(isParked && facts.memo.parking?.number === parking)) return undefined;
    // Should it move on before the message arrives, the number makes the message void.
    return this.pass(facts, action, { ...message, ...(parking !== undefined && { parking }) });
  }

  async timeOut({ id, runId }: SeenTask, limit: number, by: string): Promise<boolean> {
    const facts = await this.views.facts(id);
    if (facts.runId !== runId || !isOpen(deriveState(facts, new Date()))) return false;
    return (await new Enforcer(this.resources.gateway, by, 0).end(facts, overTime(limit))) !== undefined;
  }

  /** @throws HoldfastError `invalid-request` when the contract of the type does not take the input or result. */
  async check(type: string, message: OperatorMessage): Promise<OperatorMessage> {
    const { contracts, artifacts } = this.resources;
    return checkMessage(() => contracts.of(type), message, artifacts);
  }

  private async pass(found: TaskFacts, action: OperatorAction, message: OperatorMessage): Promise<Outcome> {
    const { reader } = this.resources;
    const facts = { ...found, asked: await reader.asked(found) };
    const state = deriveState(facts, new Date());
    const open = isOpen(state);
    if (!open && !effectOf(action, state)) throw conflict(facts, state, action);
    // Its parkings are over, and so is what was meant by their answers.
    if (!open && message.parking !== undefined) throw movedOn(facts, state);
    const checked = await this.check(facts.type, message);
    if (open) {
      const outcome = await this.operators.send(facts, action, checked);
      if (state === 'running') await this.views.watch(facts.taskId);
      return outcome;
    }
    // A result that is recorded is the end of the attempts that were; a run that begins anew counts its own.
    const tried = checked.result === undefined ? undefined : await reader.ending(facts);
    await redrive(this.resources, facts, action, checked, tried);
    return 'done';
  }
}
