import * as contract from '@trove/contract/upkeep'
import type { FastifyInstance } from 'fastify'
import { serve } from '../../../platform/http/serve.ts'
import type { Platform } from '../../../platform/platform.ts'
import * as upkeep from './operations.ts'

/** @param tasks  what there is to be kept up, of every room: only the wiring knows */
export function upkeepRoutes(app: FastifyInstance, platform: Platform, tasks: readonly upkeep.RecordedTask[]) {
  serve(app, contract.listUpkeep, () => upkeep.listUpkeep(platform, tasks))
  serve(app, contract.listUpkeepRuns, ({ params }) => upkeep.listUpkeepRuns(platform, tasks, params.task))
  serve(app, contract.runUpkeep, ({ actor, params, body }) =>
    upkeep.runUpkeep(platform, tasks, actor, { ...params, ...body }),
  )
}
