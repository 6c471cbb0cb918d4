import * as contract from '@trove/contract/files'
import type { FastifyInstance } from 'fastify'
import { sendObject } from '../../platform/http/bytes.ts'
import { serve, serveRaw, signedIn } from '../../platform/http/serve.ts'
import type { Platform } from '../../platform/platform.ts'
import { createDecisions } from '../access/index.ts'
import { bareRoutes } from './bare/routes.ts'
import { documentRoutes } from './documents/routes.ts'
import { consoleRoutes } from './console/routes.ts'
import { extensionOfType } from './families.ts'
import { pictureRoutes } from './pictures/routes.ts'
import { requireVariant } from './reading.ts'
import { retryProcessing } from './retry.ts'
import { scanRoutes } from './scan/routes.ts'
import { oldFiles, processVersion, retryFailed, scanBlobAgain } from './tasks.ts'
import { requirePlaylist } from './video/streaming.ts'

export function mediaRoutes(app: FastifyInstance, platform: Platform) {
  const decisions = createDecisions(platform.db)
  serve(app, contract.retryProcessing, ({ actor, params }) => retryProcessing(platform, actor, params.fileId))

  documentRoutes(app, platform)
  bareRoutes(app, platform)
  pictureRoutes(app, platform)
  consoleRoutes(app, platform, { process: processVersion, retry: retryFailed, oldFiles })
  scanRoutes(app, platform, { process: processVersion, scanAgain: scanBlobAgain })

  serveRaw(app, contract.getFileStream, async ({ request, reply }, { params }) => {
    const playlist = await requirePlaylist(platform, decisions, signedIn(request), params.fileId)
    return reply.type('application/vnd.apple.mpegurl').header('cache-control', 'private, no-cache').send(playlist)
  })

  serveRaw(app, contract.getFileVariant, async ({ request, reply }, { params, query }) => {
    const variant = await requireVariant(platform, decisions, signedIn(request), { ...params, ...query })
    await sendObject(request, reply, {
      objects: platform.objects,
      key: variant.key,
      sizeBytes: variant.sizeBytes,
      etag: `"${variant.id}"`,
      modifiedAt: variant.createdAt,
      mediaType: variant.mediaType,
      disposition: 'inline',
      filename: `${variant.filename}.${params.variant}.${extensionOfType(variant.mediaType)}`,
      cacheControl: 'private, max-age=3600',
    })
    return reply
  })
}
