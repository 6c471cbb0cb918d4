import type { FastifyInstance } from 'fastify'
import type { Settings } from '../settings.ts'

const YEAR_SECONDS = 31_536_000

/** What the page may do: load from its own origin, show what it made itself, and nothing else. */
export const PAGE_POLICY = [
  "default-src 'self'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "media-src 'self' blob:",
  "font-src 'self' data:",
  "worker-src 'self' blob:",
  "connect-src 'self'",
  "object-src 'none'",
  "base-uri 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ')

const API_POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox"

/**
 * Headers of every response (OWASP ASVS 5.0 §3.4). Set on the raw response, so that replies which write to the
 * socket themselves carry them too.
 */
export function setSafeHeaders(app: FastifyInstance, settings: Settings) {
  const isHttps = settings.publicUrl?.protocol === 'https:'
  app.addHook('onRequest', async (request, reply) => {
    const isApi = request.url.startsWith('/api/') && !request.url.startsWith('/api/docs')
    const { raw } = reply
    raw.setHeader('x-content-type-options', 'nosniff')
    raw.setHeader('x-frame-options', 'DENY')
    raw.setHeader('referrer-policy', 'no-referrer')
    raw.setHeader('cross-origin-opener-policy', 'same-origin')
    raw.setHeader('cross-origin-resource-policy', 'same-origin')
    raw.setHeader('permissions-policy', 'camera=(), microphone=(), geolocation=()')
    raw.setHeader('content-security-policy', isApi ? API_POLICY : PAGE_POLICY)
    if (isApi) raw.setHeader('cache-control', 'no-store')
    if (isHttps) raw.setHeader('strict-transport-security', `max-age=${YEAR_SECONDS}; includeSubDomains`)
  })
}
