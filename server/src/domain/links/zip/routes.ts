import * as contract from '@trove/contract/shared'
import type { FastifyInstance } from 'fastify'
import { sendBytes, type Sent } from '../../../platform/http/bytes.ts'
import { createLimiter } from '../../../platform/http/limiter.ts'
import { linkHolder, serveAnyone, serveRaw } from '../../../platform/http/serve.ts'
import type { Platform } from '../../../platform/platform.ts'
import { beginSending, type Delivered } from '../counting/operations.ts'
import type { Layout } from './layout.ts'
import { prepareSharedZip, requireSharedZip } from './operations.ts'
import { zipSource } from './writer.ts'

const MINUTE_SECONDS = 60
/** Each lists everything that the link gives. */
const LAID_OUT_PER_MINUTE = 60

export function sharedZipRoutes(app: FastifyInstance, platform: Platform) {
  const zips = createLimiter(LAID_OUT_PER_MINUTE, MINUTE_SECONDS, 'ZIPs asked for by this visit')

  serveAnyone(app, contract.prepareSharedZip, async (_, { request }) => {
    const actor = linkHolder(request)
    await zips.take(actor.visitId)
    return prepareSharedZip(platform, actor)
  })
  serveRaw(app, contract.getSharedZip, async ({ request, reply }) => {
    const actor = linkHolder(request)
    await zips.take(actor.visitId)
    const zip = await requireSharedZip(platform, actor)
    await sendBytes(request, reply, sentZip(platform, zip), zipSource(platform.objects, zip.layout))
    return reply
  })
}

/** How a ZIP is sent, counted. */
export const sentZip = (
  platform: Platform,
  { layout, filename, delivered }: { layout: Layout; filename: string; delivered: Delivered },
): Sent => ({
  sizeBytes: layout.sizeBytes,
  etag: layout.etag,
  modifiedAt: new Date(Math.max(...layout.entries.map(({ modifiedAt }) => modifiedAt.getTime()))),
  mediaType: 'application/zip',
  disposition: 'attachment',
  filename,
  cacheControl: 'private, no-cache',
  onSending: (range) => beginSending(platform, delivered, range),
})
