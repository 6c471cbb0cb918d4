import type { Response } from '@trove/contract/endpoint'
import * as contract from '@trove/contract/files'
import { verifyFile as verifyFileEndpoint } from '@trove/contract/integrity'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { deliverObject } from '../../platform/http/delivery.ts'
import { createActorLimiter } from '../../platform/http/limiter.ts'
import { serve, serveRaw, signedIn } from '../../platform/http/serve.ts'
import { createSharing } from '../../platform/http/sharing.ts'
import type { Platform } from '../../platform/platform.ts'
import * as access from '../access/index.ts'
import * as storage from '../storage/index.ts'
import { changeRoutes } from './changes/routes.ts'
import { createMemory, recordDownload, requireContent } from './content.ts'
import { duplicateRoutes } from './duplicates/routes.ts'
import { findingRoutes } from './finding/routes.ts'
import { folderRoutes } from './folders/routes.ts'
import { receiptRoutes } from './receipts/routes.ts'
import { useRoutes } from './uses/routes.ts'
import { tagRoutes } from './tags/routes.ts'
import { recallFile, verifyFile } from './keeping.ts'
import * as files from './operations.ts'

const MINUTE_SECONDS = 60
/** Each reads a whole file. */
const VERIFICATIONS_PER_MINUTE = 30
/** Parts of a file that was begun so long ago are told as a new beginning: nobody gets bytes without a line in the trail. */
const TOLD_AGAIN_AFTER_MS = 3_600_000

export function fileRoutes(app: FastifyInstance, platform: Platform) {
  const { db } = platform
  const lists = createSharing<Response<typeof contract.listFiles>>()
  const searches = createActorLimiter(platform.settings.searchesPerMinute, MINUTE_SECONDS, 'searches')
  const verifications = createActorLimiter(VERIFICATIONS_PER_MINUTE, MINUTE_SECONDS, 'readings of stored bytes')
  const details = createSharing<Response<typeof contract.getFile>>()
  serve(app, contract.listFiles, async ({ actor, params, query }) => {
    if (query.name !== undefined || query.q !== undefined) await searches.take(actor)
    return lists.read(JSON.stringify([actor.userId, actor.scopes, params, query]), () =>
      files.listFiles(db, actor, { ...query, ...params }),
    )
  })
  serve(app, contract.summarizeFiles, async ({ actor, params, query }) => {
    if (query.name !== undefined || query.q !== undefined) await searches.take(actor)
    return files.summarizeFiles(db, actor, { ...query, ...params })
  })
  serve(app, contract.getFile, ({ actor, params }) =>
    details.read(JSON.stringify([actor.userId, actor.scopes, params.fileId]), () =>
      files.getFile(db, actor, params.fileId),
    ),
  )
  serve(app, contract.renameFile, ({ actor, params, body }) =>
    files.renameFile(platform, actor, { ...body, ...params }),
  )
  serve(app, contract.trashFile, async ({ actor, params }) => {
    await files.trashFile(platform, actor, params.fileId)
    return null
  })
  serve(app, contract.restoreFile, ({ actor, params }) => files.restoreFile(platform, actor, params.fileId))
  serve(app, contract.trashFiles, ({ actor, params, body }) =>
    files.trashFiles(platform, actor, params.organizationId, body),
  )
  serve(app, contract.restoreFiles, ({ actor, params, body }) =>
    files.restoreFiles(platform, actor, params.organizationId, body),
  )
  serve(app, verifyFileEndpoint, async ({ actor, params }) => {
    await verifications.take(actor)
    await verifyFile(platform, actor, params.fileId)
    return null
  })
  serve(app, contract.recallFile, ({ actor, params }) => recallFile(platform, actor, params.fileId))
  contentRoute(app, platform)
  findingRoutes(app, platform)
  duplicateRoutes(app, platform)
  folderRoutes(app, platform)
  changeRoutes(app, platform)
  tagRoutes(app, platform)
  receiptRoutes(app, platform)
  useRoutes(app, platform)
}

function contentRoute(app: FastifyInstance, platform: Platform) {
  const downloads = createActorLimiter(platform.settings.downloadsPerMinute, MINUTE_SECONDS, 'downloads')
  const decisions = access.createDecisions(platform.db)
  const told = createMemory(TOLD_AGAIN_AFTER_MS)

  serveRaw(app, contract.getFileContent, async ({ request, reply }, { params, query }) => {
    const actor = signedIn(request)
    await downloads.take(actor)
    const content = await requireContent(platform.db, decisions, actor, params.fileId)
    const key = await storage.requireDeliverable(platform, content, {
      isUploader: content.uploaderId === actor.userId,
    })
    const isDownload = query.download !== undefined
    const isTold =
      request.method === 'HEAD' || (!told.isNew(`${actor.sessionId} ${params.fileId}`) && !isBeginning(request))
    if (!isTold)
      await recordDownload(platform, actor, { ...params, organizationId: content.organizationId, isDownload })
    const object = {
      objects: platform.objects,
      key,
      sizeBytes: content.sizeBytes,
      etag: `"${content.sha256.toString('hex')}"`,
      modifiedAt: content.createdAt,
      mediaType: content.mediaType,
      disposition: isDownload ? 'attachment' : 'inline',
      filename: content.name,
      cacheControl: 'private, no-cache',
    } as const
    await deliverObject(request, reply, object, platform.settings)
    return reply
  })
}

/** A first request for the bytes, not the continuation of one. */
function isBeginning({ headers }: FastifyRequest): boolean {
  return headers.range === undefined || /^bytes=0-/.test(headers.range)
}
