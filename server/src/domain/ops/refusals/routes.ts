import type { FastifyInstance } from 'fastify'
import type { Platform } from '../../../platform/platform.ts'
import { Problem } from '../../../platform/problem.ts'
import { createRefusalRecorder, type RefusalRecorder } from './operations.ts'

const TOLD = new Set(['not-found', 'not-allowed', 'second-factor-required', 'foreign-origin', 'too-many-requests'])

/** Hears of every refusal of an endpoint. Registered before the routes. */
export function watchRefusals(app: FastifyInstance, platform: Pick<Platform, 'db' | 'log'>): RefusalRecorder {
  const recorder = createRefusalRecorder(platform)
  app.addHook('onError', (request, _reply, error, done) => {
    const { config, schema } = request.routeOptions
    if ((error as unknown) instanceof Problem && config.requires !== undefined) {
      const problem = error as unknown as Problem
      const endpoint = (schema as { operationId?: string } | undefined)?.operationId ?? ''
      const params = (request.params ?? {}) as Record<string, unknown>
      if (TOLD.has(problem.kind))
        recorder.hear({ actor: request.actor, endpoint, requires: config.requires, params, problem })
    }
    done()
  })
  app.addHook('onClose', () => recorder.stop())
  return recorder
}
