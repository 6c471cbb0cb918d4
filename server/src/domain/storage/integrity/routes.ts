import * as contract from '@trove/contract/integrity'
import type { FastifyInstance } from 'fastify'
import { serve } from '../../../platform/http/serve.ts'
import type { Platform } from '../../../platform/platform.ts'
import * as overview from './overview/operations.ts'

export function integrityRoutes(app: FastifyInstance, platform: Platform) {
  serve(app, contract.getIntegrity, () => overview.getIntegrity(platform))
  serve(app, contract.listDamaged, ({ actor, query }) => overview.listDamaged(platform, actor, query))
  serve(app, contract.verifyBlob, async ({ actor, params }) => {
    await overview.requestVerification(platform, actor, params.blobId)
    return null
  })
}
