import * as contract from '@trove/contract/api-keys'
import type { FastifyInstance } from 'fastify'
import { serve } from '../../../platform/http/serve.ts'
import type { Platform } from '../../../platform/platform.ts'
import * as keys from './operations.ts'

export function keyRoutes(app: FastifyInstance, platform: Platform) {
  serve(app, contract.listApiKeys, ({ actor }) => keys.listApiKeys(platform.db, actor))
  serve(app, contract.createApiKey, ({ actor, body }) => keys.createApiKey(platform, actor, body))
  serve(app, contract.revokeApiKey, ({ actor, params }) => keys.revokeApiKey(platform, actor, params.apiKeyId))
}
