import * as contract from '@trove/contract/members'
import type { FastifyInstance } from 'fastify'
import { serve } from '../../../platform/http/serve.ts'
import type { Platform } from '../../../platform/platform.ts'
import * as members from './operations.ts'

export function memberRoutes(app: FastifyInstance, platform: Platform) {
  const { db } = platform
  serve(app, contract.listMembers, ({ actor, params, query }) =>
    members.listMembers(db, actor, { ...query, ...params }),
  )
  serve(app, contract.addMember, ({ actor, params, body }) =>
    members.addMember(platform, actor, { ...body, ...params }),
  )
  serve(app, contract.updateMember, ({ actor, params, body }) =>
    members.updateMember(platform, actor, { ...body, ...params }),
  )
  serve(app, contract.removeMember, async ({ actor, params }) => {
    await members.removeMember(platform, actor, params)
    return null
  })
  serve(app, contract.leaveOrganization, async ({ actor, params }) => {
    await members.leaveOrganization(platform, actor, params.organizationId)
    return null
  })
  serve(app, contract.handOverOrganization, ({ actor, params, body }) =>
    members.handOverOrganization(platform, actor, { ...body, ...params }),
  )
}
