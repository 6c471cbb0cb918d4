import type { FastifyRequest } from 'fastify'
import { Problem } from '../problem.ts'
import type { Settings } from '../settings.ts'

/**
 * Whether a request that carries cookies comes from our own page. Programs send no Origin and are not the danger:
 * a browser always sends it where it matters (Fetch standard, §3.2).
 */
export function isOwnOrigin(request: FastifyRequest, settings: Settings): boolean {
  const { origin } = request.headers
  if (origin === undefined) return true
  const host = URL.canParse(origin) ? new URL(origin).host : undefined
  return host !== undefined && (host === request.host || host === settings.publicUrl?.host)
}

/** @throws foreign-origin */
export function requireOwnOrigin(request: FastifyRequest, settings: Settings) {
  if (!isOwnOrigin(request, settings))
    throw new Problem('foreign-origin', 'Only the page of this installation may do this.')
}
