import * as contract from '@trove/contract/scan'
import type { FastifyInstance } from 'fastify'
import { createActorLimiter } from '../../../platform/http/limiter.ts'
import { serve } from '../../../platform/http/serve.ts'
import type { Task } from '../../../platform/jobs/index.ts'
import type { Platform } from '../../../platform/platform.ts'
import * as scan from './operations.ts'
import type { Process } from './rescanning.ts'

const MINUTE_SECONDS = 60
/** Each reads a whole file. */
const SCANS_PER_MINUTE = 30

export function scanRoutes(app: FastifyInstance, platform: Platform, tasks: { process: Process; scanAgain: Task }) {
  const scans = createActorLimiter(SCANS_PER_MINUTE, MINUTE_SECONDS, 'scans asked for')
  serve(app, contract.getScanning, ({ actor, params }) => scan.getScanning(platform, actor, params.organizationId))
  serve(app, contract.listQuarantine, ({ actor, params, query }) =>
    scan.listQuarantine(platform, actor, { ...query, ...params }),
  )
  serve(app, contract.releaseQuarantined, async ({ actor, params }) => {
    await scan.releaseQuarantined(platform, actor, { ...params, process: tasks.process })
    return null
  })
  serve(app, contract.deleteQuarantined, async ({ actor, params }) => {
    await scan.deleteQuarantined(platform, actor, params)
    return null
  })
  serve(app, contract.scanFileAgain, async ({ actor, params }) => {
    await scans.take(actor)
    await scan.scanFileAgain(platform, actor, { ...params, task: tasks.scanAgain })
    return null
  })
}
