import * as contract from '@trove/contract/sizes'
import type { FastifyInstance } from 'fastify'
import { sendObject } from '../../../platform/http/bytes.ts'
import { serve, serveRaw, signedIn } from '../../../platform/http/serve.ts'
import type { Platform } from '../../../platform/platform.ts'
import { createDecisions } from '../../access/index.ts'
import { extensionOfType } from '../families.ts'
import { listFileSizes, requireFileSize } from './operations.ts'

export function pictureRoutes(app: FastifyInstance, platform: Platform) {
  const decisions = createDecisions(platform.db)
  serve(app, contract.listFileSizes, ({ actor, params }) => listFileSizes(platform, decisions, actor, params.fileId))

  serveRaw(app, contract.getFileSize, async ({ request, reply }, { params, query }) => {
    const size = await requireFileSize(platform, decisions, signedIn(request), { ...params, ...query })
    await sendObject(request, reply, {
      objects: platform.objects,
      key: size.key,
      sizeBytes: size.sizeBytes,
      etag: `"${size.id}"`,
      modifiedAt: size.createdAt,
      mediaType: size.mediaType,
      disposition: 'inline',
      filename: `${size.filename}.${params.side}.${extensionOfType(size.mediaType)}`,
      cacheControl: 'private, max-age=3600',
    })
    return reply
  })
}
