import type { IncomingHttpHeaders } from 'node:http'
import { BlockList, isIP } from 'node:net'
import type { Settings } from '../settings.ts'

export type Heard = { headers: IncomingHttpHeaders; socket: { remoteAddress?: string | undefined } }

/** Where a client reached this installation. */
export type PublicBase = {
  /** `https://media.example.org`; undefined when only a path can be told with certainty. */
  origin: string | undefined
  /** `/trove` when it lives below a path, otherwise empty. */
  prefix: string
}

/**
 * The address that the client used, for a Location that works from where it stands: the configured one, or what
 * trusted proxies say in `Forwarded` (RFC 7239) or `X-Forwarded-Proto`, `-Host` and `-Prefix`. Without either only
 * the path is told: behind a proxy that says nothing, anything more could be wrong.
 */
export function publicBase(request: Heard, settings: Pick<Settings, 'publicUrl' | 'trustProxy'>): PublicBase {
  const { publicUrl } = settings
  if (publicUrl !== undefined) return { origin: publicUrl.origin, prefix: publicUrl.pathname.replace(/\/+$/, '') }

  const hops = trustedHops(request, settings.trustProxy)
  if (hops === 0) return { origin: undefined, prefix: '' }
  const { headers } = request
  const forwarded = forwardedElement(headers.forwarded, hops)
  const proto = (forwarded['proto'] ?? nth(headers['x-forwarded-proto'], hops))?.toLowerCase()
  const host = forwarded['host'] ?? nth(headers['x-forwarded-host'], hops) ?? headers.host
  const prefix = cleanPrefix(nth(headers['x-forwarded-prefix'], hops))
  const isKnown = (proto === 'http' || proto === 'https') && host !== undefined && HOST.test(host)
  return { origin: isKnown ? `${proto}://${host}` : undefined, prefix }
}

/** The address of a path of this installation, absolute when the origin is known. */
export function publicAddress(base: PublicBase, path: string): string {
  return `${base.origin ?? ''}${base.prefix}${path}`
}

const HOST = /^(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i
const PREFIX = /^(?:\/[a-z0-9._~-]+)+$/i

/** How many of the machines before us are our own proxies, counted from this one outwards. */
function trustedHops({ headers, socket }: Heard, trust: Settings['trustProxy']): number {
  if (trust === false) return 0
  if (typeof trust === 'number') return trust
  const networks = networksOf(trust)
  const said = [headers['x-forwarded-for']]
    .flat()
    .join(',')
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '')
  const path = [socket.remoteAddress ?? '', ...said.reverse()]
  const stranger = path.findIndex((address) => !isWithin(networks, address))
  return stranger === -1 ? path.length : stranger
}

const parsed = new WeakMap<readonly string[], BlockList>()

function networksOf(trust: readonly string[]): BlockList {
  const known = parsed.get(trust)
  if (known !== undefined) return known
  const list = new BlockList()
  for (const network of trust) {
    const [address = '', bits] = network.split('/')
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
    if (bits === undefined) list.addAddress(address, family)
    else list.addSubnet(address, Number(bits), family)
  }
  parsed.set(trust, list)
  return list
}

function isWithin(networks: BlockList, text: string): boolean {
  const address = text.replace(/^::ffff:(?=\d+\.)/i, '')
  const version = isIP(address)
  return version !== 0 && networks.check(address, version === 6 ? 'ipv6' : 'ipv4')
}

/** The value that the outermost trusted proxy wrote: each one appends its own at the end. */
function nth(field: string | string[] | undefined, hops: number): string | undefined {
  const values = [field ?? []]
    .flat()
    .join(',')
    .split(',')
    .map((value) => value.trim())
    .filter((value) => value !== '')
  return values[Math.max(0, values.length - hops)]
}

function forwardedElement(field: string | undefined, hops: number): Record<string, string> {
  const element = nth(field, hops) ?? ''
  const pairs = element.split(';').map((pair) => {
    const [name = '', ...value] = pair.split('=')
    return [
      name.trim().toLowerCase(),
      value
        .join('=')
        .trim()
        .replace(/^"(.*)"$/, '$1'),
    ] as const
  })
  return Object.fromEntries(pairs.filter(([name, value]) => name !== '' && value !== ''))
}

function cleanPrefix(field: string | undefined): string {
  const prefix = field?.replace(/\/+$/, '') ?? ''
  return PREFIX.test(prefix) && !/\/\.{1,2}(?:\/|$)/.test(prefix) ? prefix : ''
}
