import * as contract from '@trove/contract/files'
import type { FastifyInstance } from 'fastify'
import { sendObject } from '../../platform/http/bytes.ts'
import { serve, serveRaw, signedIn } from '../../platform/http/serve.ts'
import type { Platform } from '../../platform/platform.ts'
import { createDecisions } from '../access/index.ts'
import { requireVariant } from './reading.ts'
import { retryProcessing } from './retry.ts'
import { scanRoutes } from './scan/routes.ts'
import { processVersion, scanBlobAgain } from './tasks.ts'
import { requirePlaylist } from './video/streaming.ts'

export function mediaRoutes(app: FastifyInstance, platform: Platform) {
  const decisions = createDecisions(platform.db)
  serve(app, contract.retryProcessing, ({ actor, params }) => retryProcessing(platform, actor, params.fileId))

  scanRoutes(app, platform, { process: processVersion, scanAgain: scanBlobAgain })

  serveRaw(app, contract.getFileStream, async ({ request, reply }, { params }) => {
    const playlist = await requirePlaylist(platform, decisions, signedIn(request), params.fileId)
    return reply.type('application/vnd.apple.mpegurl').header('cache-control', 'private, no-cache').send(playlist)
  })

  serveRaw(app, contract.getFileVariant, async ({ request, reply }, { params }) => {
    const variant = await requireVariant(platform, decisions, signedIn(request), params)
    await sendObject(request, reply, {
      objects: platform.objects,
      key: variant.key,
      sizeBytes: variant.sizeBytes,
      etag: `"${variant.id}"`,
      modifiedAt: variant.createdAt,
      mediaType: variant.mediaType,
      disposition: 'inline',
      filename: `${variant.filename}.${params.variant}.${params.variant === 'proxy' ? 'mp4' : 'webp'}`,
      cacheControl: 'private, max-age=3600',
    })
    return reply
  })
}
