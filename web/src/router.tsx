import { createRootRoute, createRoute, createRouter, Link, lazyRouteComponent } from '@tanstack/react-router';
import { EmptyState, ErrorState, PageHead } from './components/bits';
import { Frame } from './components/frame';
import { Overview } from './pages/overview/overview';
import { texts } from './texts';

const root = createRootRoute({
  component: Frame,
  notFoundComponent: () => (
    <>
      <PageHead title={texts.frame.notFound} />
      <EmptyState title={texts.frame.noSuchPage} hint={texts.frame.noSuchPageHint}>
        <Link className="button" to="/">
          {texts.frame.overview}
        </Link>
      </EmptyState>
    </>
  ),
  errorComponent: ({ error, reset }) => (
    <>
      <PageHead title={texts.frame.brokenPage} />
      <ErrorState error={error as Error} retry={reset} />
    </>
  ),
});

const text = (value: unknown): string => (typeof value === 'string' || typeof value === 'number' ? String(value) : '');

/** A view whose whole state is the query in its address. */
const search = (given: Record<string, unknown>) => ({ ...(text(given.q) && { q: text(given.q) }) });

const routes = [
  createRoute({
    getParentRoute: () => root,
    path: '/',
    component: Overview,
    validateSearch: (given: Record<string, unknown>) => ({ ...(text(given.range) && { range: text(given.range) }) }),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/tasks',
    validateSearch: search,
    component: lazyRouteComponent(() => import('./pages/tasks/tasks'), 'Tasks'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/tasks/$id',
    validateSearch: (given: Record<string, unknown>) => ({ ...(text(given.tab) && { tab: text(given.tab) }) }),
    component: lazyRouteComponent(() => import('./pages/task/task'), 'TaskPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/new',
    validateSearch: (given: Record<string, unknown>) => ({ ...(text(given.type) && { type: text(given.type) }) }),
    component: lazyRouteComponent(() => import('./pages/new-task/new-task'), 'NewTask'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/dead-letters',
    validateSearch: search,
    component: lazyRouteComponent(() => import('./pages/dead-letters/dead-letters'), 'DeadLetters'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/batches',
    validateSearch: (given: Record<string, unknown>): { show?: 'bulk-actions' } =>
      given.show === 'bulk-actions' ? { show: 'bulk-actions' } : {},
    component: lazyRouteComponent(() => import('./pages/batches/batches'), 'Batches'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/bulk-actions/$id',
    component: lazyRouteComponent(() => import('./pages/batches/bulk-action'), 'BulkActionPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/schedules',
    component: lazyRouteComponent(() => import('./pages/schedules/schedules'), 'Schedules'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/queues',
    component: lazyRouteComponent(() => import('./pages/queues/queues'), 'Queues'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/breakers',
    component: lazyRouteComponent(() => import('./pages/breakers/breakers'), 'Breakers'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/webhooks',
    component: lazyRouteComponent(() => import('./pages/webhooks/webhooks'), 'Webhooks'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/types',
    validateSearch: (given: Record<string, unknown>) => ({ ...(text(given.type) && { type: text(given.type) }) }),
    component: lazyRouteComponent(() => import('./pages/types/types'), 'Types'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/access',
    validateSearch: (given: Record<string, unknown>): { day?: string; actor?: string; action?: string } => ({
      ...(text(given.day) && { day: text(given.day) }),
      ...(text(given.actor) && { actor: text(given.actor) }),
      ...(text(given.action) && { action: text(given.action) }),
    }),
    component: lazyRouteComponent(() => import('./pages/access/access'), 'Access'),
  }),
] as const;

export const router = createRouter({
  routeTree: root.addChildren([...routes]),
  defaultPreload: false,
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
