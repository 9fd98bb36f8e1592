import type { Request, RequestHandler, Response } from 'express';
import type { AuditLog } from '../../access/audit';
import { type Caller, mayAtAll } from '../../access/caller';
import { Problem } from '../http/problems';
import type { Route } from '../routing/route';
import { type Identification, isRead } from './identify';
import type { Ownership } from './ownership';
import type { Rates } from './rates';
import type { AccessRule } from './rule';

const TAKEN = 202;

/** Lets a request in to a route, or not; and notes every write. */
export class Admission {
  constructor(
    private readonly identification: Identification,
    private readonly ownership: Ownership,
    private readonly audit: AuditLog,
    private readonly rates: Rates,
  ) {}

  /** Stands before anything of the request's body is read. */
  to({ id, access }: Pick<Route, 'id' | 'access'>): RequestHandler {
    return async (request, response, next) => {
      if (!isRead(request)) this.note(id, request, response);
      await this.admit(access, request, response);
      next();
    };
  }

  private async admit(rule: AccessRule, request: Request, response: Response): Promise<void> {
    if (rule === 'open') {
      const known = await this.identification.try(request, response);
      Object.assign(response.locals, known);
      return;
    }
    const { caller, session } = await this.identification.of(request, response);
    Object.assign(response.locals, { caller, session });
    if (!mayAtAll(caller, rule.scope)) throw new Problem('forbidden', `This needs the scope ${rule.scope}.`);
    await this.ownership.check(caller, rule.scope, rule.over, request);
  }

  private note(action: string, request: Request, response: Response): void {
    const address = request.ip;
    // Express forgets them when something is wrong.
    const named = Object.values(request.params).join('/');
    response.once('close', async () => {
      const { caller, signed, code } = response.locals as {
        caller?: Caller;
        signed?: { by?: string; reason?: string };
        code?: string;
      };
      if (response.statusCode === 429 || !response.headersSent) return;
      // Whoever only hammers at the door fills no disk. A webhook that was taken has proved itself by its signature.
      if (!caller && response.statusCode !== TAKEN && !(await this.rates.isHeard(address))) return;
      const object = named || response.getHeader('Location');
      this.audit.add({
        at: new Date().toISOString(),
        ...(caller?.actor && { actor: caller.actor }),
        ...(!caller?.actor && signed?.by !== undefined && { by: signed.by }),
        ...(caller?.tenant !== undefined && { tenant: caller.tenant }),
        action,
        ...(object !== undefined && { object: String(object).slice(0, 300) }),
        status: response.statusCode,
        outcome: code ?? 'done',
        ...(signed?.reason !== undefined && { reason: signed.reason }),
        requestId: String(request.id),
        ...(address !== undefined && { address }),
      });
    });
  }
}
