import * as contract from '@trove/contract/file-uses'
import type { FastifyInstance } from 'fastify'
import { serve } from '../../../platform/http/serve.ts'
import type { Platform } from '../../../platform/platform.ts'
import * as uses from './operations.ts'

export function useRoutes(app: FastifyInstance, platform: Platform) {
  serve(app, contract.listFileUses, ({ actor, params }) => uses.listFileUses(platform.db, actor, params.fileId))
  serve(app, contract.purgeFiles, ({ actor, params, body }) => uses.purgeFiles(platform, actor, { ...body, ...params }))
}
