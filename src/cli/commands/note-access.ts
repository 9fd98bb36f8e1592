import { AuditLog } from '../../access/audit';
import { operatorName } from '../operator';
import type { Session } from '../session';

/** Notes in the audit log what was changed here of who may do what. */
export async function noteAccess(
  { artifacts }: Session,
  action: string,
  { id, tenant }: { id: string; tenant?: string },
  reason?: string,
): Promise<void> {
  const audit = new AuditLog(artifacts.entries);
  audit.add({
    at: new Date().toISOString(),
    by: operatorName(),
    ...(tenant !== undefined && { tenant }),
    action,
    object: id,
    outcome: 'done',
    ...(reason !== undefined && { reason }),
  });
  await audit.flush();
}
