import * as contract from '@trove/contract/sign-in'
import type { FastifyInstance } from 'fastify'
import { serve } from '../../../platform/http/serve.ts'
import type { Platform } from '../../../platform/platform.ts'
import * as sessions from './operations.ts'

export function sessionRoutes(app: FastifyInstance, platform: Platform) {
  serve(app, contract.listSessions, ({ actor, query }) => sessions.listSessions(platform.db, actor, query))
  serve(app, contract.revokeSession, ({ actor, params }) => sessions.revokeSession(platform, actor, params.sessionId))
  serve(app, contract.revokeOtherSessions, ({ actor }) => sessions.revokeOtherSessions(platform, actor))
}
