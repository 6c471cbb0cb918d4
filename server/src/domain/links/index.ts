import type { FastifyInstance } from 'fastify'
import type { Platform } from '../../platform/platform.ts'
import { downloadRoutes } from './downloads/routes.ts'
import { makerRoutes } from './routes.ts'
import { sharedRoutes } from './shared/routes.ts'
import { visitRoutes } from './visits/routes.ts'
import { sharedZipRoutes } from './zip/routes.ts'

export { linkTasks } from './tasks.ts'
export { createVisitReader, VISIT_COOKIE } from './visits/passes.ts'

export function linkRoutes(app: FastifyInstance, platform: Platform) {
  makerRoutes(app, platform)
  visitRoutes(app, platform)
  sharedRoutes(app, platform)
  sharedZipRoutes(app, platform)
  downloadRoutes(app, platform)
}
