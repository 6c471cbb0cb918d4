import * as contract from '@trove/contract/tags'
import type { FastifyInstance } from 'fastify'
import { createActorLimiter } from '../../../platform/http/limiter.ts'
import { serve } from '../../../platform/http/serve.ts'
import type { Platform } from '../../../platform/platform.ts'
import * as tags from './operations.ts'

const MINUTE_SECONDS = 60
/** Each looks at some of the files that carry each tag of a page. */
const LISTS_PER_MINUTE = 240

export function tagRoutes(app: FastifyInstance, platform: Platform) {
  const lists = createActorLimiter(LISTS_PER_MINUTE, MINUTE_SECONDS, 'lists of tags')
  serve(app, contract.listTags, async ({ actor, params, query }) => {
    await lists.take(actor)
    return tags.listTags(platform.db, actor, { ...query, ...params })
  })
  serve(app, contract.createTag, ({ actor, params, body }) => tags.createTag(platform, actor, { ...body, ...params }))
  serve(app, contract.renameTag, ({ actor, params, body }) => tags.renameTag(platform, actor, { ...body, ...params }))
  serve(app, contract.mergeTag, ({ actor, params, body }) => tags.mergeTag(platform, actor, { ...body, ...params }))
  serve(app, contract.deleteTag, async ({ actor, params }) => {
    await tags.deleteTag(platform, actor, params.tagId)
    return null
  })
}
