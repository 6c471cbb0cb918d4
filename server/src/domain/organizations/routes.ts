import * as contract from '@trove/contract/organizations'
import type { FastifyInstance } from 'fastify'
import { serve } from '../../platform/http/serve.ts'
import type { Platform } from '../../platform/platform.ts'
import * as organizations from './operations.ts'

export function organizationRoutes(app: FastifyInstance, platform: Platform) {
  const { db } = platform
  serve(app, contract.createOrganization, ({ actor, body }) => organizations.createOrganization(platform, actor, body))
  serve(app, contract.listOrganizations, ({ actor }) => organizations.listOrganizations(db, actor))
  serve(app, contract.updateOrganization, ({ actor, params, body }) =>
    organizations.updateOrganization(platform, actor, { ...body, ...params }),
  )
  serve(app, contract.setQuota, ({ actor, params, body }) =>
    organizations.setQuota(platform, actor, { ...body, ...params }),
  )
  serve(app, contract.listAllOrganizations, () => organizations.listAllOrganizations(db))
  serve(app, contract.listMembers, ({ actor, params }) => organizations.listMembers(db, actor, params.organizationId))
  serve(app, contract.addMember, ({ actor, params, body }) =>
    organizations.addMember(platform, actor, { ...body, ...params }),
  )
  serve(app, contract.removeMember, async ({ actor, params }) => {
    await organizations.removeMember(platform, actor, params)
    return null
  })
}
