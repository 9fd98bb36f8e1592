import type { RouteDeps } from '../deps';
import type { Route } from '../routing/route';
import { alertsRoute } from './alerts';
import { artifactRoutes } from './artifacts';
import { auditRoute } from './audit';
import { batchRoutes } from './batches';
import { breakerRoutes } from './breakers';
import { bulkRoute } from './bulk';
import { bulkActionRoutes } from './bulk-actions';
import { codecRoutes } from './codec';
import { deadLetterRoutes } from './dead-letters';
import { environmentRoute } from './environment';
import { eventsRoute } from './events';
import { fileRoutes } from './files';
import { fleetRoutes } from './fleet';
import { hookRoutes } from './hooks';
import { insightRoutes } from './insights';
import { keyRoutes } from './keys';
import { listRoute } from './list';
import { liveRoute } from './live';
import { logRoute } from './log';
import { monitorRoute } from './monitor';
import { operatorRoutes } from './operators';
import { scheduleRoutes } from './schedules';
import { serviceRoutes } from './service';
import { sessionRoutes } from './session';
import { startedSessionRoutes } from './sessions';
import { signInRoutes } from './sign-in';
import { statsRoute } from './stats';
import { submitRoute } from './submit';
import { taskRoutes } from './task';
import { taskTypesRoute } from './task-types';
import { viewRoutes } from './views';
import { webhookEventRoute } from './webhook-events';
import { subscriptionRoutes } from './webhook-subscriptions';

/** Every route. A path without parameters stands before those that would match it too. */
export function createRoutes(deps: RouteDeps): Route[] {
  return [
    submitRoute(deps),
    listRoute(deps),
    bulkRoute(deps),
    ...taskRoutes(deps),
    eventsRoute(deps),
    logRoute(deps),
    ...artifactRoutes(deps),
    ...operatorRoutes(deps),
    ...deadLetterRoutes(deps),
    ...bulkActionRoutes(deps),
    ...batchRoutes(deps),
    ...breakerRoutes(deps),
    ...scheduleRoutes(deps),
    ...fileRoutes(deps),
    ...subscriptionRoutes(deps),
    webhookEventRoute(deps),
    ...hookRoutes(deps),
    taskTypesRoute(deps),
    statsRoute(deps),
    ...insightRoutes(deps),
    ...fleetRoutes(deps),
    ...viewRoutes(deps),
    liveRoute(deps),
    environmentRoute(deps),
    alertsRoute(deps),
    monitorRoute(deps),
    ...keyRoutes(deps),
    ...sessionRoutes(deps),
    ...signInRoutes(deps),
    ...startedSessionRoutes(deps),
    auditRoute(deps),
    ...codecRoutes(deps),
    ...serviceRoutes(deps),
  ];
}
