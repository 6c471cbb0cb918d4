import * as contract from '@trove/contract/accounts'
import type { FastifyInstance } from 'fastify'
import { serve } from '../../../platform/http/serve.ts'
import type { Platform } from '../../../platform/platform.ts'
import { createPasswordCheck } from '../../identity/index.ts'
import * as closing from './operations.ts'

export function closingRoutes(app: FastifyInstance, platform: Platform) {
  const machines = { ...platform, ...createPasswordCheck(platform.settings) }
  serve(app, contract.previewClosing, ({ actor }) => closing.previewClosing(platform.db, actor))
  serve(app, contract.closeAccount, async ({ actor, body }) => {
    await closing.closeAccount(machines, actor, body)
    return null
  })
}
