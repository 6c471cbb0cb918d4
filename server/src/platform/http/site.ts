import { publicBase, type Heard } from './origin.ts'
import type { Settings } from '../settings.ts'

/**
 * The site that a request was sent to, which is what passkeys are bound to and where a provider sends people back:
 * the configured address, else what trusted proxies say, else the host that the request itself names. Whoever sets
 * PUBLIC_URL has it in their own hands.
 */
export function siteOf(
  request: Heard & { protocol: string; host: string },
  settings: Pick<Settings, 'publicUrl' | 'trustProxy'>,
): { origin: string; rpId: string; prefix: string } | undefined {
  const base = publicBase(request, settings)
  const origin = base.origin ?? `${request.protocol}://${request.host}`
  if (!URL.canParse(origin)) return undefined
  const url = new URL(origin)
  return { origin: url.origin, rpId: url.hostname, prefix: base.prefix }
}
