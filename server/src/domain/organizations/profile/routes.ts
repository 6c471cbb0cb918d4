import * as contract from '@trove/contract/organizations'
import type { FastifyInstance } from 'fastify'
import { serve } from '../../../platform/http/serve.ts'
import type { Platform } from '../../../platform/platform.ts'
import * as profile from './operations.ts'

export function profileRoutes(app: FastifyInstance, platform: Platform) {
  const { db } = platform
  serve(app, contract.createOrganization, ({ actor, body }) => profile.createOrganization(platform, actor, body))
  serve(app, contract.listOrganizations, ({ actor }) => profile.listOrganizations(db, actor))
  serve(app, contract.getOrganization, ({ actor, params }) => profile.getOrganization(db, actor, params.organizationId))
  serve(app, contract.updateOrganization, ({ actor, params, body }) =>
    profile.updateOrganization(platform, actor, { ...body, ...params }),
  )
  serve(app, contract.setQuota, ({ actor, params, body }) => profile.setQuota(platform, actor, { ...body, ...params }))
  serve(app, contract.setPlan, ({ actor, params, body }) => profile.setPlan(platform, actor, { ...body, ...params }))
  serve(app, contract.listAllOrganizations, () => profile.listAllOrganizations(db))
}
