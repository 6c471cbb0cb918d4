import type { Me } from '@trove/contract/identity'
import { createRoute, createRouter, lazyRouteComponent, redirect } from '@tanstack/react-router'
import { basePath } from '../lib/place.ts'
import { organizationsQuery } from '../organizations/index.ts'
import { eventsSearchOf } from '../pages/events-search.ts'
import { filesSearchOf, peopleTabs, settingsTabs, tabSearchOf, uploadsSearchOf } from '../pages/place.ts'
import { timelineSearchOf } from '../pages/timeline-search.ts'
import { securitySearchOf, trailSearchOf } from '../pages/trail-search.ts'
import { outside, refusedOf, root } from './outside-routes.tsx'
import { queries } from './queries.ts'
import { Shell } from './Shell.tsx'
import { FirstPaint } from './FirstPaint.tsx'

const inside = createRoute({
  getParentRoute: () => root,
  id: 'inside',
  beforeLoad({ context, location }) {
    if (context.session.status !== 'signed-in') {
      throw context.installation.hasAccounts
        ? redirect({ to: '/sign-in', search: { next: location.href } })
        : redirect({ to: '/setup' })
    }
    return { me: context.session.user }
  },
})

const newOrganization = createRoute({
  getParentRoute: () => inside,
  path: '/organizations/new',
  loader: () => queries.ensureQueryData(organizationsQuery),
}).lazy(async () => (await import('./outside.tsx')).newOrganizationRoute)

const device = createRoute({
  getParentRoute: () => inside,
  path: '/device',
}).lazy(async () => (await import('./outside.tsx')).deviceRoute)

const shell = createRoute({
  getParentRoute: () => inside,
  id: 'shell',
  validateSearch: (search: Record<string, unknown>): { organization?: string } =>
    typeof search['organization'] === 'string' ? { organization: search['organization'] } : {},
  async loader() {
    const organizations = await queries.ensureQueryData(organizationsQuery)
    if (organizations.length === 0) throw redirect({ to: '/organizations/new' })
  },
  component: Shell,
  pendingComponent: FirstPaint,
})

const files = { validateSearch: (search: Record<string, unknown>) => filesSearchOf(search) }
const library = createRoute({
  getParentRoute: () => shell,
  path: '/library',
  ...files,
  component: lazyRouteComponent(() => import('./places.tsx'), 'Library'),
})
const timeline = createRoute({
  getParentRoute: () => shell,
  path: '/timeline',
  validateSearch: (search: Record<string, unknown>) => timelineSearchOf(search),
  component: lazyRouteComponent(() => import('./timeline.tsx'), 'Timeline'),
})
const search = createRoute({
  getParentRoute: () => shell,
  path: '/search',
  ...files,
  component: lazyRouteComponent(() => import('./finding.tsx'), 'Search'),
})
const duplicates = createRoute({
  getParentRoute: () => shell,
  path: '/duplicates',
  component: lazyRouteComponent(() => import('./finding.tsx'), 'Duplicates'),
})
const folders = createRoute({
  getParentRoute: () => shell,
  path: '/folders',
  ...files,
  component: lazyRouteComponent(() => import('./folders.tsx'), 'Folders'),
})
const folder = createRoute({
  getParentRoute: () => shell,
  path: '/folders/$folderId',
  ...files,
  component: lazyRouteComponent(() => import('./folders.tsx'), 'Folders'),
})
const personAccess = createRoute({
  getParentRoute: () => shell,
  path: '/people/$userId/access',
  component: lazyRouteComponent(() => import('./folders.tsx'), 'PersonAccess'),
})
const trash = createRoute({
  getParentRoute: () => shell,
  path: '/trash',
  ...files,
  component: lazyRouteComponent(() => import('./folders.tsx'), 'Trash'),
})
const events = createRoute({
  getParentRoute: () => shell,
  path: '/events',
  validateSearch: (search: Record<string, unknown>) => eventsSearchOf(search),
  component: lazyRouteComponent(() => import('./events.tsx'), 'Events'),
})
const oneEvent = createRoute({
  getParentRoute: () => shell,
  path: '/events/$eventId',
  validateSearch: ({ open, compare }: Record<string, unknown>): { open?: string; compare?: string } => ({
    ...(typeof open === 'string' && { open }),
    ...(typeof compare === 'string' && { compare }),
  }),
  component: lazyRouteComponent(() => import('./events.tsx'), 'OneEvent'),
})
const uploads = createRoute({
  getParentRoute: () => shell,
  path: '/uploads',
  validateSearch: (search: Record<string, unknown>) => uploadsSearchOf(search),
  component: lazyRouteComponent(() => import('./uploads.tsx'), 'Uploads'),
})
const uploadSession = createRoute({
  getParentRoute: () => shell,
  path: '/uploads/$uploadSessionId',
  validateSearch: ({ show }: Record<string, unknown>): { show?: 'open' | 'failed' } =>
    show === 'open' || show === 'failed' ? { show } : {},
  component: lazyRouteComponent(() => import('./uploads.tsx'), 'UploadSession'),
})
const links = createRoute({
  getParentRoute: () => shell,
  path: '/links',
  component: lazyRouteComponent(() => import('./settings.tsx'), 'Links'),
})
const settings = createRoute({
  getParentRoute: () => shell,
  path: '/settings',
  validateSearch: (search: Record<string, unknown>) => tabSearchOf(settingsTabs, search),
  component: lazyRouteComponent(() => import('./people.tsx'), 'Settings'),
})
const peoplePlace = createRoute({
  getParentRoute: () => shell,
  path: '/people',
  validateSearch: (search: Record<string, unknown>) => tabSearchOf(peopleTabs, search),
  component: lazyRouteComponent(() => import('./people.tsx'), 'People'),
})
const account = createRoute({
  getParentRoute: () => shell,
  path: '/settings/account',
  component: lazyRouteComponent(() => import('./settings.tsx'), 'Account'),
})
const security = createRoute({
  getParentRoute: () => shell,
  path: '/settings/security',
  validateSearch: (search: Record<string, unknown>): { refused?: string } => refusedOf(search['refused']),
  component: lazyRouteComponent(() => import('./settings.tsx'), 'Security'),
})
const tags = createRoute({
  getParentRoute: () => shell,
  path: '/settings/tags',
  component: lazyRouteComponent(() => import('./tags.tsx'), 'Tags'),
})
const space = createRoute({
  getParentRoute: () => shell,
  path: '/settings/space',
  component: lazyRouteComponent(() => import('./keeping.tsx'), 'Space'),
})
const activity = createRoute({
  getParentRoute: () => shell,
  path: '/activity',
  validateSearch: (search: Record<string, unknown>) => trailSearchOf(search),
  component: lazyRouteComponent(() => import('./people.tsx'), 'Activity'),
})
const forAdministrators = {
  getParentRoute: () => shell,
  beforeLoad({ context }: { context: { me: Me } }) {
    if (!context.me.isAdministrator) throw redirect({ to: '/library' })
  },
}
const administration = createRoute({
  ...forAdministrators,
  path: '/administration',
  component: lazyRouteComponent(() => import('./settings.tsx'), 'Administration'),
})
const accounts = createRoute({
  ...forAdministrators,
  path: '/administration/accounts',
  component: lazyRouteComponent(() => import('./settings.tsx'), 'Accounts'),
})
const securityEvents = createRoute({
  ...forAdministrators,
  path: '/administration/security',
  validateSearch: (search: Record<string, unknown>) => securitySearchOf(search),
  component: lazyRouteComponent(() => import('./settings.tsx'), 'SecurityOfInstallation'),
})
const outbox = createRoute({
  ...forAdministrators,
  path: '/administration/outbox',
  component: lazyRouteComponent(() => import('./settings.tsx'), 'OutboxOfInstallation'),
})

const spaceOfInstallation = createRoute({
  ...forAdministrators,
  path: '/administration/space',
  component: lazyRouteComponent(() => import('./keeping.tsx'), 'SpaceOfInstallation'),
})
const processing = createRoute({
  ...forAdministrators,
  path: '/administration/processing',
  component: lazyRouteComponent(() => import('./keeping.tsx'), 'ProcessingOfInstallation'),
})
const upkeep = createRoute({
  ...forAdministrators,
  path: '/administration/upkeep',
  component: lazyRouteComponent(() => import('./keeping.tsx'), 'Upkeep'),
})
const integrity = createRoute({
  ...forAdministrators,
  path: '/administration/integrity',
  component: lazyRouteComponent(() => import('./keeping.tsx'), 'IntegrityOfInstallation'),
})

const tree = root.addChildren([
  ...outside,
  inside.addChildren([
    newOrganization,
    device,
    shell.addChildren([
      library,
      timeline,
      search,
      duplicates,
      folders,
      folder,
      peoplePlace,
      personAccess,
      trash,
      events,
      oneEvent,
      uploads,
      uploadSession,
      links,
      settings,
      account,
      security,
      administration,
      accounts,
      activity,
      securityEvents,
      outbox,
      tags,
      space,
      spaceOfInstallation,
      processing,
      upkeep,
      integrity,
    ]),
  ]),
])

export const router = createRouter({
  routeTree: tree,
  basepath: basePath,
  defaultPreload: 'intent',
  defaultPendingMs: 150,
  scrollRestoration: false,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
