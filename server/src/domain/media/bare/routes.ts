import * as contract from '@trove/contract/bare-copies'
import type { FastifyInstance } from 'fastify'
import { sendObject } from '../../../platform/http/bytes.ts'
import { createActorLimiter } from '../../../platform/http/limiter.ts'
import { serve, serveRaw, signedIn } from '../../../platform/http/serve.ts'
import type { Platform } from '../../../platform/platform.ts'
import { createDecisions } from '../../access/index.ts'
import { createMemory, recordDownload } from '../../files/index.ts'
import { requireOwnBareCopy } from './giving.ts'

const MINUTE_SECONDS = 60
const TOLD_AGAIN_AFTER_MS = 10 * 60_000

export function bareRoutes(app: FastifyInstance, platform: Platform) {
  const downloads = createActorLimiter(platform.settings.downloadsPerMinute, MINUTE_SECONDS, 'downloads')
  const decisions = createDecisions(platform.db)
  const told = createMemory(TOLD_AGAIN_AFTER_MS)

  serve(app, contract.prepareBareCopy, async ({ actor, params }) => {
    await downloads.take(actor)
    const { name, mediaType, sizeBytes } = await requireOwnBareCopy(platform, decisions, actor, params.fileId)
    return { name, mediaType, sizeBytes }
  })

  serveRaw(app, contract.getBareCopy, async ({ request, reply }, { params }) => {
    const actor = signedIn(request)
    await downloads.take(actor)
    const copy = await requireOwnBareCopy(platform, decisions, actor, params.fileId)
    if (request.method !== 'HEAD' && told.isNew(`${actor.sessionId} ${params.fileId}`))
      await recordDownload(platform, actor, {
        ...params,
        organizationId: copy.organizationId,
        isDownload: true,
        isBare: true,
      })
    await sendObject(request, reply, {
      objects: platform.objects,
      key: copy.key,
      sizeBytes: copy.sizeBytes,
      etag: copy.etag,
      modifiedAt: copy.createdAt,
      mediaType: copy.mediaType,
      disposition: 'attachment',
      filename: copy.name,
      cacheControl: 'private, no-cache',
    })
    return reply
  })
}
