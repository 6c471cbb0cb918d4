import * as contract from '@trove/contract/known-bytes'
import type { FastifyInstance } from 'fastify'
import { createActorLimiter } from '../../../platform/http/limiter.ts'
import { serve } from '../../../platform/http/serve.ts'
import { receiptOf } from '../../files/index.ts'
import type { Desk } from '../desk.ts'
import { addKnownBytes, findKnownBytes } from './operations.ts'

const MINUTE_SECONDS = 60

export function knownBytesRoutes(app: FastifyInstance, desk: Desk) {
  const { platform } = desk
  const asked = createActorLimiter(platform.settings.uploadsPerMinute, MINUTE_SECONDS, 'bytes asked for')

  serve(app, contract.findKnownBytes, async ({ actor, params, body }) => {
    await asked.take(actor)
    return findKnownBytes(platform, actor, { ...body, ...params })
  })
  serve(app, contract.addKnownBytes, async ({ actor, params, body }) => {
    await asked.take(actor)
    const { uploadId, fileId } = await addKnownBytes(desk, actor, { ...body, ...params })
    return { uploadId, ...(await receiptOf(platform, fileId)) }
  })
}
