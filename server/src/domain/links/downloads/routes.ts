import * as contract from '@trove/contract/downloads'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { clientAddress, networkOf } from '../../../platform/http/address.ts'
import { sendBytes, sendObject } from '../../../platform/http/bytes.ts'
import { createLimiter } from '../../../platform/http/limiter.ts'
import { publicAddress, publicBase } from '../../../platform/http/origin.ts'
import { serveAnyone, serveRaw, signedIn } from '../../../platform/http/serve.ts'
import type { Platform } from '../../../platform/platform.ts'
import { Problem } from '../../../platform/problem.ts'
import { beginSending } from '../counting/operations.ts'
import { sentZip } from '../zip/routes.ts'
import { zipSource } from '../zip/writer.ts'
import { createDownloadToken, createZip, openDownload, type Address } from './operations.ts'

const MINUTE_SECONDS = 60
const GUESSES_PER_MINUTE = 30

export function downloadRoutes(app: FastifyInstance, platform: Platform) {
  const { settings } = platform
  const downloads = createLimiter(settings.downloadsPerMinute, MINUTE_SECONDS, 'downloads from this address')
  const guesses = createLimiter(GUESSES_PER_MINUTE, MINUTE_SECONDS, 'wrong addresses tried from here')

  const told = <T extends Address>({ token, ...address }: T, request: FastifyRequest) => ({
    ...address,
    url: publicAddress(publicBase(request, settings), `/api/downloads/${token}`),
  })

  serveAnyone(app, contract.createDownloadToken, async ({ params, body }, { request }) =>
    told(await createDownloadToken(platform, signedIn(request), { ...body, ...params }), request),
  )
  serveAnyone(app, contract.createZip, async ({ params, query, body }, { request }) =>
    told(await createZip(platform, signedIn(request), { ...params, ...query, which: body }), request),
  )

  serveRaw(app, contract.useDownloadToken, async ({ request, reply }, { params }) => {
    const ip = clientAddress(request)
    const userAgent = request.headers['user-agent']
    await downloads.take(networkOf(ip))
    const caller = { ip, ...(userAgent !== undefined && { userAgent }) }
    const opened = await openDownload(platform, params.token, caller).catch(async (error: unknown) => {
      if (error instanceof Problem && error.kind === 'not-found') await guesses.take(networkOf(ip))
      throw error
    })
    // It is in the address bar and in histories: it goes no further than that.
    reply.header('referrer-policy', 'no-referrer')
    if (opened.kind === 'zip') {
      await sendBytes(request, reply, sentZip(platform, opened), zipSource(platform.objects, opened.layout))
      return reply
    }
    const { row, delivered } = opened
    await sendObject(request, reply, {
      objects: platform.objects,
      key: row.key,
      sizeBytes: row.sizeBytes,
      etag: delivered.etag,
      modifiedAt: row.versionAt,
      mediaType: row.mediaType,
      disposition: 'attachment',
      filename: row.name,
      cacheControl: 'private, no-store',
      onSending: (range) => beginSending(platform, delivered, range),
    })
    return reply
  })
}
