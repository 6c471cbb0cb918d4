import { knownType } from '@trove/contract/media-types'
import * as contract from '@trove/contract/shared'
import type { FastifyInstance } from 'fastify'
import { sendObject } from '../../../platform/http/bytes.ts'
import { createLimiter } from '../../../platform/http/limiter.ts'
import { linkHolder, serveAnyone, serveRaw } from '../../../platform/http/serve.ts'
import type { Platform } from '../../../platform/platform.ts'
import { beginSending } from '../counting/operations.ts'
import { requireSharedContent } from './content.ts'
import * as shared from './operations.ts'

const MINUTE_SECONDS = 60

export function sharedRoutes(app: FastifyInstance, platform: Platform) {
  const downloads = createLimiter(platform.settings.downloadsPerMinute, MINUTE_SECONDS, 'downloads by this visit')

  serveAnyone(app, contract.getShared, (_, { request }) => shared.getShared(platform, linkHolder(request)))
  serveAnyone(app, contract.listSharedFolders, ({ query }, { request }) =>
    shared.listSharedFolders(platform, linkHolder(request), query),
  )
  serveAnyone(app, contract.listSharedFiles, ({ query }, { request }) =>
    shared.listSharedFiles(platform, linkHolder(request), query),
  )
  serveAnyone(app, contract.getSharedFile, ({ params }, { request }) =>
    shared.getSharedFile(platform, linkHolder(request), params.fileId),
  )

  serveRaw(app, contract.getSharedVariant, async ({ request, reply }, { params, query }) => {
    const variant = await shared.requireSharedVariant(platform, linkHolder(request), { ...params, ...query })
    await sendObject(request, reply, {
      objects: platform.objects,
      key: variant.key,
      sizeBytes: variant.sizeBytes,
      etag: `"${variant.id}"`,
      modifiedAt: variant.createdAt,
      mediaType: variant.mediaType,
      disposition: 'inline',
      filename: `${params.variant}.${knownType(variant.mediaType)?.extensions[0] ?? 'bin'}`,
      cacheControl: 'private, no-cache',
    })
    return reply
  })

  serveRaw(app, contract.getSharedContent, async ({ request, reply }, { params, query }) => {
    const actor = linkHolder(request)
    await downloads.take(actor.visitId)
    const content = await requireSharedContent(platform, actor, params.fileId)
    await sendObject(request, reply, {
      objects: platform.objects,
      key: content.key,
      sizeBytes: content.sizeBytes,
      etag: content.etag,
      modifiedAt: content.modifiedAt,
      mediaType: content.mediaType,
      disposition: query.download === undefined ? 'inline' : 'attachment',
      filename: content.name,
      cacheControl: 'private, no-cache',
      onSending: (range) => beginSending(platform, content.delivered, range),
    })
    return reply
  })
}
