import * as contract from '@trove/contract/organizations'
import type { FastifyInstance } from 'fastify'
import { serve } from '../../../platform/http/serve.ts'
import type { Platform } from '../../../platform/platform.ts'
import * as erasing from './operations.ts'

export function erasingRoutes(app: FastifyInstance, platform: Platform) {
  serve(app, contract.askErasure, ({ actor, params, body }) =>
    erasing.askErasure(platform, actor, { ...body, ...params }),
  )
  serve(app, contract.confirmErasure, ({ actor, params, body }) =>
    erasing.confirmErasure(platform, actor, { ...body, ...params }),
  )
  serve(app, contract.cancelErasure, ({ actor, params }) =>
    erasing.cancelErasure(platform, actor, params.organizationId),
  )
}
