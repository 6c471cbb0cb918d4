import * as contract from '@trove/contract/grants'
import type { FastifyInstance } from 'fastify'
import { serve } from '../../platform/http/serve.ts'
import type { Platform } from '../../platform/platform.ts'
import * as explain from './explain/operations.ts'
import * as grants from './grants/operations.ts'

export function accessRoutes(app: FastifyInstance, platform: Platform) {
  const { db } = platform
  serve(app, contract.listGrants, ({ actor, params }) => grants.listGrants(db, actor, params.resourceId))
  serve(app, contract.setGrant, ({ actor, params, body }) => grants.setGrant(platform, actor, { ...body, ...params }))
  serve(app, contract.removeGrant, async ({ actor, params }) => {
    await grants.removeGrant(platform, actor, params)
    return null
  })
  serve(app, contract.explainAccess, ({ actor, params, query }) =>
    explain.explainAccess(db, actor, { ...query, ...params }),
  )
  serve(app, contract.previewAccess, ({ actor, params, body }) =>
    explain.previewAccess(platform, actor, params.resourceId, body),
  )
  serve(app, contract.listVisible, ({ actor, params, query }) =>
    explain.listVisible(db, actor, { ...query, ...params }),
  )
}
