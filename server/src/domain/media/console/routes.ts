import * as contract from '@trove/contract/processing-console'
import type { FastifyInstance } from 'fastify'
import { createActorLimiter } from '../../../platform/http/limiter.ts'
import { serve } from '../../../platform/http/serve.ts'
import type { Task } from '../../../platform/jobs/index.ts'
import type { Platform } from '../../../platform/platform.ts'
import { lookAtSteps } from '../watching/watching.ts'
import * as deeds from './deeds.ts'
import { getProcessing, listProcessingFailures } from './looking.ts'

const MINUTE_SECONDS = 60
/** A page asks every second or two while something goes on. */
const LOOKS_PER_MINUTE = 240

export function consoleRoutes(
  app: FastifyInstance,
  platform: Platform,
  tasks: { process: Task; retry: Task; oldFiles: Task },
) {
  const looks = createActorLimiter(LOOKS_PER_MINUTE, MINUTE_SECONDS, 'questions about processing')
  serve(app, contract.getFileSteps, async ({ actor, params }) => {
    await looks.take(actor)
    return lookAtSteps(platform, tasks.process, actor, params.fileId)
  })
  serve(app, contract.getProcessing, () => getProcessing(platform, tasks.process))
  serve(app, contract.listProcessingFailures, ({ actor }) => listProcessingFailures(platform, actor))
  serve(app, contract.retryProcessingFailures, ({ actor, body }) =>
    deeds.retryFailures(platform, tasks.retry, actor, body),
  )
  serve(app, contract.pauseStep, async ({ actor, params }) => {
    await deeds.pauseStep(platform, actor, params.step)
    return null
  })
  serve(app, contract.resumeStep, async ({ actor, params }) => {
    await deeds.resumeStep(platform, actor, params.step)
    return null
  })
  serve(app, contract.drainStep, ({ actor, params, body }) => deeds.drainStep(platform, actor, { ...params, ...body }))
  serve(app, contract.runStepAgain, ({ actor, params, body }) =>
    deeds.runStepAgain(platform, tasks.oldFiles, actor, { ...params, ...body }),
  )
  serve(app, contract.stopStepAgain, async ({ actor, params }) => {
    await deeds.stopStepAgain(platform, actor, params.step)
    return null
  })
}
