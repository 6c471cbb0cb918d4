import * as contract from '@trove/contract/duplicates'
import type { FastifyInstance } from 'fastify'
import { serve } from '../../../platform/http/serve.ts'
import type { Platform } from '../../../platform/platform.ts'
import * as duplicates from './operations.ts'

export function duplicateRoutes(app: FastifyInstance, platform: Platform) {
  serve(app, contract.listDuplicates, ({ actor, params, query }) =>
    duplicates.listDuplicates(platform.db, actor, { ...query, ...params }),
  )
  serve(app, contract.mergeDuplicates, ({ actor, params, body }) =>
    duplicates.mergeDuplicates(platform, actor, { ...body, ...params }),
  )
  serve(app, contract.tellApart, async ({ actor, params, body }) => {
    await duplicates.tellApart(platform, actor, { ...body, ...params })
    return null
  })
}
