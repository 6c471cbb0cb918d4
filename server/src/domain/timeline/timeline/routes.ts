import type { Response } from '@trove/contract/endpoint'
import * as contract from '@trove/contract/timeline'
import type { FastifyInstance } from 'fastify'
import { createActorLimiter } from '../../../platform/http/limiter.ts'
import { serve } from '../../../platform/http/serve.ts'
import { createSharing } from '../../../platform/http/sharing.ts'
import type { Platform } from '../../../platform/platform.ts'
import { createTimeline } from './operations.ts'

const MINUTE_SECONDS = 60

export function timelineRoutes(app: FastifyInstance, platform: Pick<Platform, 'db' | 'settings'>) {
  const timeline = createTimeline(platform.db)
  const searches = createActorLimiter(platform.settings.searchesPerMinute, MINUTE_SECONDS, 'searches')
  const summaries = createSharing<Response<typeof contract.summarizeTimeline>>()
  const pages = createSharing<Response<typeof contract.listTimeline>>()

  serve(app, contract.summarizeTimeline, async ({ actor, params, query }) => {
    if (isSearch(query)) await searches.take(actor)
    return summaries.read(JSON.stringify([actor.userId, actor.scopes, params, query]), () =>
      timeline.summarize(actor, { ...query, ...params }),
    )
  })
  serve(app, contract.listTimeline, async ({ actor, params, query }) => {
    if (isSearch(query) && query.cursor === undefined) await searches.take(actor)
    return pages.read(JSON.stringify([actor.userId, actor.scopes, params, query]), () =>
      timeline.list(actor, { ...query, ...params }),
    )
  })
  serve(app, contract.listTimelineBoxes, async ({ actor, params, query }) => {
    if (isSearch(query) && query.cursor === undefined) await searches.take(actor)
    return timeline.listBoxes(actor, { ...query, ...params })
  })
  const { mapTiles } = platform.settings
  serve(app, contract.getMapSource, async () => (mapTiles === undefined ? {} : { tiles: mapTiles }))
  serve(app, contract.listPlaces, async ({ actor, params, query }) => {
    await searches.take(actor)
    return timeline.listPlaces(actor, { ...query, ...params })
  })
}

/** Words cost more to look for than anything else. */
const isSearch = ({ name, q }: { name?: string; q?: string }): boolean => name !== undefined || q !== undefined
