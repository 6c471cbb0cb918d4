import type { FastifyInstance } from 'fastify'
import type { Settings } from '../settings.ts'

const YEAR_SECONDS = 31_536_000

/**
 * What the page may do: load from its own origin, show what it made itself, and nothing else. Where originals come from
 * the store, or bytes go there, it may do that too; and pictures of one more origin, where the map has such; never scripts,
 * styles or frames.
 *
 * @param tiles  whose squares the map of places may show; undefined on every page that has no map
 */
export function pagePolicy({ storeOrigin }: Pick<Settings, 'storeOrigin'>, tiles?: Settings['mapTiles']): string {
  const store = storeOrigin === undefined ? '' : ` ${storeOrigin}`
  const squares = tiles === undefined ? '' : ` ${tiles.origin}`
  return [
    "default-src 'self'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "style-src 'self' 'unsafe-inline'",
    `img-src 'self' data: blob:${store}${squares}`,
    `media-src 'self' blob:${store}`,
    "font-src 'self' data:",
    "worker-src 'self' blob:",
    `connect-src 'self'${store}`,
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ')
}

const API_POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox"

/** Headers of every response (OWASP ASVS 5.0 §3.4). `page`: what a browser may open; all else may do nothing in one. */
export function safeHeaders(
  settings: Pick<Settings, 'publicUrl' | 'storeOrigin'>,
  kind: 'page' | 'api',
): Record<string, string> {
  const isHttps = settings.publicUrl?.protocol === 'https:'
  return {
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': 'camera=(), microphone=(), geolocation=()',
    'content-security-policy': kind === 'api' ? API_POLICY : pagePolicy(settings),
    ...(kind === 'api' && { 'cache-control': 'no-store' }),
    ...(isHttps && { 'strict-transport-security': `max-age=${YEAR_SECONDS}; includeSubDomains` }),
  }
}

/** Set on the raw response, so that replies which write to the socket themselves carry them too. */
export function setSafeHeaders(app: FastifyInstance, settings: Settings) {
  const headers = { page: safeHeaders(settings, 'page'), api: safeHeaders(settings, 'api') }
  app.addHook('onRequest', async ({ url, routeOptions }, { raw }) => {
    // The route says more than the address, which may name a host or spell the path in another way.
    const path = routeOptions.url ?? url
    const isApi = path.startsWith('/api/') && !path.startsWith('/api/docs')
    for (const [name, value] of Object.entries(headers[isApi ? 'api' : 'page'])) raw.setHeader(name, value)
  })
}
