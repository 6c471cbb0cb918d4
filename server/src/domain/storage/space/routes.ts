import * as contract from '@trove/contract/space'
import type { FastifyInstance } from 'fastify'
import { serve } from '../../../platform/http/serve.ts'
import type { Platform } from '../../../platform/platform.ts'
import * as space from './operations.ts'

export function spaceRoutes(app: FastifyInstance, platform: Platform) {
  serve(app, contract.getSpace, ({ actor, params }) => space.getSpace(platform, actor, params.organizationId))
  serve(app, contract.measureSpace, ({ actor, params }) => space.measureSpace(platform, actor, params.organizationId))
  serve(app, contract.listSpaceShares, ({ actor, params, query }) =>
    space.listSpaceShares(platform, actor, { ...query, ...params }),
  )
  serve(app, contract.listSpaceOfInstallation, ({ query }) => space.listSpaceOfInstallation(platform, query))
}
