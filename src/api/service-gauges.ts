import { Gauge, type Registry } from 'prom-client';
import type { TaskClient } from '../client/task-client';
import { kindOf } from '../protocol/alert';
import { BREAKER_STATES } from '../protocol/breaker';
import { type Seen, ServiceView } from './service-view';

interface ServiceGauge {
  name: string;
  help: string;
  labels: string[];
  fill(gauge: Gauge, seen: Seen): void;
}

/** Dependencies name themselves; a gauge shows the first ones only. */
const MOST_BREAKERS = 200;
const PRIORITIES = [1, 2, 3, 4, 5];

const GAUGES: ServiceGauge[] = [
  {
    name: 'holdfast_queue_backlog',
    help: "Work that waits in a queue, by the server's approximation.",
    labels: ['queue', 'priority'],
    fill: (gauge, { queues }) => {
      for (const { queue, backlogByPriority } of queues) {
        for (const priority of PRIORITIES) gauge.set({ queue, priority }, backlogByPriority[priority] ?? 0);
      }
    },
  },
  {
    name: 'holdfast_queue_backlog_age_seconds',
    help: 'Age of the oldest work that waits in a queue.',
    labels: ['queue'],
    fill: (gauge, { queues }) => {
      for (const { queue, backlogAgeSeconds } of queues) gauge.set({ queue }, backlogAgeSeconds);
    },
  },
  {
    name: 'holdfast_queue_workers',
    help: 'Worker processes that poll a queue.',
    labels: ['queue'],
    fill: (gauge, { queues }) => {
      for (const { queue, workers } of queues) gauge.set({ queue }, workers.length);
    },
  },
  {
    name: 'holdfast_dead_letters',
    help: 'Tasks that are dead-lettered.',
    labels: [],
    fill: (gauge, { deadLetters }) => gauge.set(deadLetters),
  },
  {
    name: 'holdfast_circuit_breaker',
    help: 'State of a circuit breaker: 1 for the state that it is in.',
    labels: ['breaker', 'state'],
    fill: (gauge, { breakers }) => {
      for (const { name, state } of breakers.slice(0, MOST_BREAKERS)) {
        for (const one of BREAKER_STATES) gauge.set({ breaker: name, state: one }, one === state ? 1 : 0);
      }
    },
  },
  {
    name: 'holdfast_alerts',
    help: 'Alerts that hold.',
    labels: ['alert', 'severity'],
    fill: (gauge, { alerts }) => {
      for (const open of alerts) gauge.inc({ alert: kindOf(open), severity: open.severity });
    },
  },
];

/**
 * Adds gauges of what no process knows by itself, read from Temporal when somebody scrapes. While Temporal is
 * away they are absent, and `holdfast_temporal_up` is 0: a number that is no longer true would be worse.
 */
export function addServiceGauges(registry: Registry, tasks: TaskClient): void {
  const view = new ServiceView(tasks);
  const registers = [registry];
  new Gauge({
    name: 'holdfast_temporal_up',
    help: 'Whether Temporal answered in time: 1 or 0.',
    registers,
    async collect() {
      this.set((await view.see()) ? 1 : 0);
    },
  });
  for (const { name, help, labels, fill } of GAUGES) {
    new Gauge({
      name,
      help,
      labelNames: labels,
      registers,
      async collect() {
        const seen = await view.see();
        // Without labels a reset would say 0 where nothing is known.
        if (labels.length === 0) this.remove();
        else this.reset();
        if (seen) fill(this, seen);
      },
    });
  }
}
