import { createServer, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { close, listen, portOf } from '../support/servers/loopback';

const FINDING = {
  normalisedDescription: 'Shop',
  payee: 'Shop',
  type: 'purchase',
  classification: 'business',
  worksheet: '6A',
  category: 'Supplies',
  businessPercentage: 100,
  confidence: 'high',
  reasoning: 'Told by the service.',
};

interface Request {
  taskId: string;
  /** Number of the transaction within its task, from 1. */
  item: number;
  key: string;
}

/** A receiver that keeps to idempotency keys. Its log is the judge of what workers have asked it. */
export class TransactionService {
  /** Every request, in the order of arrival. */
  readonly requests: Request[] = [];
  /** Each question that it has worked on: a repeat of its key is answered from here. */
  readonly effects = new Map<string, typeof FINDING>();
  /** Called with each request before it is answered. */
  onRequest: (request: Request) => Promise<void> | void = () => sleep(5 + Math.random() * 20);
  private readonly server: Server;

  private constructor() {
    this.server = createServer(async (request, response) => {
      const key = String(request.headers['idempotency-key']);
      const { id } = JSON.parse(await text(request)) as { id: string };
      const asked = { taskId: key.split('/')[0] ?? '', item: Number(id.slice(1)), key };
      this.requests.push(asked);
      if (!this.effects.has(key)) this.effects.set(key, FINDING);
      await this.onRequest(asked);
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(this.effects.get(key)));
    });
  }

  static async start(): Promise<TransactionService> {
    const service = new TransactionService();
    await listen(service.server);
    return service;
  }

  get url(): string {
    return `http://127.0.0.1:${portOf(this.server)}/`;
  }

  /** The numbers of a task's transactions, as they were asked about. */
  askedOf(taskId: string): number[] {
    return this.requests.filter((request) => request.taskId === taskId).map(({ item }) => item);
  }

  /** How many different questions a task has asked. */
  effectsOf(taskId: string): number {
    return [...this.effects.keys()].filter((key) => key.startsWith(`${taskId}/`)).length;
  }

  close(): Promise<void> {
    return close(this.server);
  }
}
