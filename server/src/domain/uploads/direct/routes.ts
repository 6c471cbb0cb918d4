import * as contract from '@trove/contract/direct-uploads'
import type { FastifyInstance } from 'fastify'
import { serveAnyone } from '../../../platform/http/serve.ts'
import type { Desk } from '../desk.ts'
import * as direct from './operations.ts'

/** For uploaders: whoever has opened a link is let in and refused in words. */
export function directRoutes(app: FastifyInstance, desk: Desk) {
  serveAnyone(app, contract.beginDirectUpload, ({ actor, params, body }) =>
    direct.beginDirectUpload(desk, actor, { ...params, ...body }),
  )
  serveAnyone(app, contract.signDirectParts, ({ actor, params, body }) =>
    direct.signDirectParts(desk, actor, { ...params, ...body }),
  )
  serveAnyone(app, contract.commitDirectParts, ({ actor, params }) =>
    direct.commitDirectParts(desk, actor, params.uploadId),
  )
}
