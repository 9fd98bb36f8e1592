import type {
  Diagnosis,
  ExecutionCheck,
  OtherState,
  Recommendation,
  StuckCause,
  StuckSample,
  StuckType,
} from '../../client/diagnosis/findings';
import { printable } from '../../tasks/printable';
import type { Times } from '../output/times';

const RULE = '='.repeat(80);
const THIN_RULE = '-'.repeat(40);

/** The words and the layout are those that the seeds' operators know; lines of our own stand below theirs. */
export function headLines(hours: number | null): string[] {
  const which = hours === null ? ageText(hours) : `stuck for more than ${hours} hours`;
  return ['', `Analyzing tasks ${which}:`, RULE];
}

export function ageText(hours: number | null): string {
  return hours === null ? 'open beyond their normal time' : `older than ${hours} hours`;
}

export function typeLines({ type, count, exact, maxHoursStuck, causes, samples }: StuckType, times: Times): string[] {
  return [
    '',
    `Task: ${type}`,
    `Count: ${exact ? '' : 'at least '}${count}`,
    `Max Hours Stuck: ${maxHoursStuck.toFixed(2)}`,
    ...(causes.length > 0 ? ['', 'Causes:', ...causes.map(causeLine)] : []),
    ...(samples.length > 0 ? ['', 'Sample Tasks:', ...samples.flatMap((sample) => sampleLines(sample, times))] : []),
  ];
}

function causeLine({ cause, what, count, exact, sampled, message }: StuckCause): string {
  const many = exact ? `${count}` : `about ${count}`;
  const estimate = exact ? '' : ` (estimated from ${sampled} of them)`;
  return `  ${many}: ${cause}${what === undefined ? '' : ` [${what}]`}: ${oneLine(message)}${estimate}`;
}

function sampleLines(sample: StuckSample, times: Times): string[] {
  const { id, runId, arguments: input, lastRunAt, statusMessage, attempts, state, why, execution } = sample;
  return [
    `ID: ${id}`,
    `Arguments: ${oneLine(input)}`,
    `Last Run: ${lastRunAt === null ? 'None' : times.of(lastRunAt)}`,
    `Task ID: ${id}`,
    `Run ID: ${runId}`,
    `Status Message: ${statusMessage === null ? 'None' : oneLine(statusMessage)}`,
    `Attempts: ${attempts}`,
    `State: ${state === why.cause ? state : `${state}, ${why.cause}`}: ${oneLine(why.message)}`,
    ...(execution ? executionLines(execution) : []),
    THIN_RULE,
  ];
}

function executionLines({ history, fleet, outside, conclusion, because }: ExecutionCheck): string[] {
  const world = outside ? `${outside.effect}: ${oneLine(outside.evidence)}` : 'its task type has no verifier';
  return [
    `History: ${oneLine(history.text)}`,
    `Workers: ${fleet.text}`,
    `Outside: ${world}`,
    `CONCLUSION: ${conclusion}: ${oneLine(because)}`,
  ];
}

export function tailLines({ total, otherStates, recommendations }: Diagnosis): string[] {
  const advice = total === 0 ? ['No significant task status issues found'] : recommendationLines(recommendations);
  return [...otherLines(otherStates), '', 'Recommendations:', RULE, '', ...advice];
}

function otherLines(states: readonly OtherState[]): string[] {
  if (states.length === 0) return [];
  const lines = states.flatMap(({ state, count }) => ['', `Status: ${state}`, `Count: ${count}`]);
  return ['', 'Other potentially stuck tasks by status:', RULE, ...lines];
}

function recommendationLines(recommendations: readonly Recommendation[]): string[] {
  return recommendations.flatMap(({ text, command }, index) => [
    `${index + 1}. ${oneLine(text)}`,
    ...(command ? [`   ${command}`] : []),
  ]);
}

/** Messages of handlers may have many lines; a report's line has one, and nothing in it can steer the terminal. */
function oneLine(text: string): string {
  return printable(text.replaceAll(/[\r\n]+\s*/g, ' '));
}
