import * as contract from '@trove/contract/teams'
import type { FastifyInstance } from 'fastify'
import { serve } from '../../../platform/http/serve.ts'
import type { Platform } from '../../../platform/platform.ts'
import * as teams from './operations.ts'

export function teamRoutes(app: FastifyInstance, platform: Platform) {
  const { db } = platform
  serve(app, contract.listTeams, ({ actor, params, query }) => teams.listTeams(db, actor, { ...query, ...params }))
  serve(app, contract.getTeam, ({ actor, params }) => teams.getTeam(db, actor, params))
  serve(app, contract.createTeam, ({ actor, params, body }) =>
    teams.createTeam(platform, actor, { ...body, ...params }),
  )
  serve(app, contract.updateTeam, ({ actor, params, body }) =>
    teams.updateTeam(platform, actor, { ...body, ...params }),
  )
  serve(app, contract.deleteTeam, async ({ actor, params }) => {
    await teams.deleteTeam(platform, actor, params)
    return null
  })
  serve(app, contract.listTeamMembers, ({ actor, params, query }) =>
    teams.listTeamMembers(db, actor, { ...query, ...params }),
  )
  serve(app, contract.addTeamMember, async ({ actor, params }) => {
    await teams.addTeamMember(platform, actor, params)
    return null
  })
  serve(app, contract.removeTeamMember, async ({ actor, params }) => {
    await teams.removeTeamMember(platform, actor, params)
    return null
  })
}
