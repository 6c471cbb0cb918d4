import * as contract from '@trove/contract/file-changes'
import type { FastifyInstance } from 'fastify'
import { createActorLimiter } from '../../../platform/http/limiter.ts'
import { serve } from '../../../platform/http/serve.ts'
import type { Platform } from '../../../platform/platform.ts'
import { changeFiles, describeFile, undoFileChange } from './operations.ts'

const MINUTE_SECONDS = 60
/** Each may write thousands of rows. */
const CHANGES_PER_MINUTE = 120

export function changeRoutes(app: FastifyInstance, platform: Platform) {
  const changes = createActorLimiter(CHANGES_PER_MINUTE, MINUTE_SECONDS, 'changes of files')
  serve(app, contract.changeFiles, async ({ actor, params, body }) => {
    await changes.take(actor)
    return changeFiles(platform, actor, { ...body, ...params })
  })
  serve(app, contract.undoFileChange, async ({ actor, params }) => {
    await changes.take(actor)
    return undoFileChange(platform, actor, params)
  })
  serve(app, contract.describeFile, ({ actor, params, body }) => describeFile(platform, actor, { ...body, ...params }))
}
