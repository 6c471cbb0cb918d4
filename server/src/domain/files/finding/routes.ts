import { listSearchChoices, searchFiles } from '@trove/contract/search'
import type { FastifyInstance } from 'fastify'
import { createActorLimiter } from '../../../platform/http/limiter.ts'
import { serve } from '../../../platform/http/serve.ts'
import type { Platform } from '../../../platform/platform.ts'
import * as finding from './operations.ts'

const MINUTE_SECONDS = 60

export function findingRoutes(app: FastifyInstance, platform: Platform) {
  const { db, settings } = platform
  const searches = createActorLimiter(settings.searchesPerMinute, MINUTE_SECONDS, 'searches')
  serve(app, searchFiles, async ({ actor, params, query }) => {
    await searches.take(actor)
    return finding.searchFiles(platform, actor, { ...query, ...params })
  })
  serve(app, listSearchChoices, ({ actor, params }) => finding.listSearchChoices(db, actor, params.organizationId))
}
