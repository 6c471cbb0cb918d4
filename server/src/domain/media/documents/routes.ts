import * as contract from '@trove/contract/documents'
import type { FastifyInstance } from 'fastify'
import { serve } from '../../../platform/http/serve.ts'
import type { Platform } from '../../../platform/platform.ts'
import { createDecisions } from '../../access/index.ts'
import * as reading from './reading.ts'

export function documentRoutes(app: FastifyInstance, platform: Platform) {
  const decisions = createDecisions(platform.db)
  serve(app, contract.getDocument, ({ actor, params }) => reading.getOutline(platform, decisions, actor, params.fileId))
  serve(app, contract.getDocumentText, ({ actor, params, query }) =>
    reading.getText(platform, decisions, actor, { ...params, number: query.page ?? 1 }),
  )
  serve(app, contract.findInDocument, ({ actor, params, query }) =>
    reading.findWords(platform, decisions, actor, { ...params, ...query }),
  )
}
