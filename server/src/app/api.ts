import type { FastifyInstance } from 'fastify'
import { accessRoutes } from '../domain/access/index.ts'
import { fileRoutes } from '../domain/files/index.ts'
import { identityRoutes } from '../domain/identity/index.ts'
import { linkRoutes } from '../domain/links/index.ts'
import { mediaRoutes } from '../domain/media/index.ts'
import { closingRoutes, trailRoutes, upkeepRoutes, watchRefusals } from '../domain/ops/index.ts'
import { organizationRoutes } from '../domain/organizations/index.ts'
import { integrityRoutes, spaceRoutes } from '../domain/storage/index.ts'
import { timelineEventRoutes, timelineRoutes } from '../domain/timeline/index.ts'
import { overrideMethod, openUploads } from '../domain/uploads/index.ts'
import { tellLimits } from '../platform/http/limiter.ts'
import { setSafeHeaders } from '../platform/http/headers.ts'
import { createHttpServer } from '../platform/http/server.ts'
import { authenticate } from './authentication.ts'
import { documentation } from './documentation.ts'
import { healthRoutes } from './health.ts'
import { acceptWebSockets, liveRoute } from './live-route.ts'
import { pageRoute } from './page-route.ts'
import type { ConnectedConfig } from './part.ts'
import { openPlatform, type OpenPlatform } from './platform.ts'
import { upkeep } from './tasks.ts'

/** How long requests that are under way have to end when the server stops. */
const LAST_REQUESTS_MS = 4_000

export type Api = { app: FastifyInstance; close(): Promise<void> }

/** The whole HTTP side, wired. It listens to nothing: `startApi` and the tests do that. */
export async function buildApi(platform: OpenPlatform): Promise<Api> {
  const app = await createHttpServer({ settings: platform.settings, log: platform.log, beforeRouting: overrideMethod })
  tellLimits(app, platform.limits)
  setSafeHeaders(app, platform.settings)
  await acceptWebSockets(app, platform.settings)
  watchRefusals(app, platform)
  authenticate(app, platform)
  liveRoute(app, platform)
  healthRoutes(app, platform)
  await documentation(app, platform.settings)
  identityRoutes(app, platform)
  organizationRoutes(app, platform)
  accessRoutes(app, platform)
  fileRoutes(app, platform)
  mediaRoutes(app, platform)
  spaceRoutes(app, platform)
  integrityRoutes(app, platform)
  trailRoutes(app, platform)
  closingRoutes(app, platform)
  upkeepRoutes(app, platform, upkeep)
  const uploads = openUploads(app, platform)
  timelineRoutes(app, platform)
  timelineEventRoutes(app, platform)
  linkRoutes(app, platform)
  await pageRoute(app, platform.settings)
  return {
    app,
    async close() {
      await uploads.stop()
      // Whoever reads or sends so slowly that it is still at it then will come back; the process will not wait.
      const cut = setTimeout(() => app.server.closeAllConnections(), LAST_REQUESTS_MS)
      await app.close()
      clearTimeout(cut)
    },
  }
}

/** Serves until closed. Tells the supervisor, or whoever started it, where. */
export async function startApi(config: ConnectedConfig): Promise<{ close(): Promise<void> }> {
  const platform = await openPlatform(config, 'api')
  // The last resort: a fault that nobody caught is told, and the process goes on serving everybody else.
  process.on('unhandledRejection', (err) => platform.log.error({ err }, 'a rejection that nobody handled'))
  process.on('uncaughtException', (err) => platform.log.error({ err }, 'an exception that nobody caught'))
  const api = await buildApi(platform)
  const address = await api.app.listen({ port: config.port, host: config.host })
  process.send?.({ kind: 'listening', address })
  platform.log.info({ address }, 'the API listens')
  return {
    async close() {
      await api.close()
      await platform.close()
    },
  }
}
