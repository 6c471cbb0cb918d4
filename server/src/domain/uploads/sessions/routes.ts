import * as contract from '@trove/contract/upload-sessions'
import type { FastifyInstance } from 'fastify'
import { serve } from '../../../platform/http/serve.ts'
import type { Desk } from '../desk.ts'
import * as sessions from './operations.ts'

/** Also lets go of what is being sent when a session is paused or cancelled at another process. */
export function sessionRoutes(app: FastifyInstance, desk: Desk) {
  const { db, live, log } = desk.platform
  serve(app, contract.createUploadSession, ({ actor, params, body }) =>
    sessions.createUploadSession(desk, actor, { ...body, ...params }),
  )
  serve(app, contract.getUploadSession, ({ actor, params }) =>
    sessions.getUploadSession(desk, actor, params.uploadSessionId),
  )
  serve(app, contract.listSessionUploads, ({ actor, params, query }) =>
    sessions.listSessionUploads(db, actor, { ...query, ...params }),
  )
  serve(app, contract.listUploadSessions, ({ actor, params, query }) =>
    sessions.listUploadSessions(desk, actor, { ...query, ...params }),
  )
  serve(app, contract.renameUploadSession, ({ actor, params, body }) =>
    sessions.renameUploadSession(desk, actor, { ...body, ...params }),
  )
  serve(app, contract.pauseUploadSession, ({ actor, params }) =>
    sessions.pauseUploadSession(desk, actor, params.uploadSessionId),
  )
  serve(app, contract.resumeUploadSession, ({ actor, params }) =>
    sessions.resumeUploadSession(desk, actor, params.uploadSessionId),
  )
  serve(app, contract.cancelUploadSession, ({ actor, params }) =>
    sessions.cancelUploadSession(desk, actor, params.uploadSessionId),
  )
  live.onEvent((event) => {
    if (event.type !== 'upload-session.changed' || event.status === 'active' || event.byUserId === undefined) return
    sessions
      .interruptSession(desk, event.uploadSessionId)
      .catch((err: unknown) => log.warn({ err }, 'a paused session could not be interrupted'))
  })
}
