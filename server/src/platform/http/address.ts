import { isIP } from 'node:net'
import type { FastifyRequest } from 'fastify'

/**
 * Where a request comes from, in the one form in which addresses are kept and counted. What a trusted proxy passes on
 * may be no address at all, or one with a port: then it is read as far as it can be, else the nearest machine counts.
 */
export function clientAddress({ ip, socket }: Pick<FastifyRequest, 'ip' | 'socket'>): string {
  return bareAddress(ip) ?? bareAddress(socket.remoteAddress ?? '') ?? UNKNOWN
}

/** Over a Unix socket there is no address. */
const UNKNOWN = '0.0.0.0'

/** Without port, brackets, zone and the IPv6 form of an IPv4 address; undefined when nothing is left. */
export function bareAddress(text: string): string | undefined {
  const [, bracketed, plain] = /^(?:\[([0-9a-f:.]+)(?:%[^\]]*)?\](?::\d+)?|([^%]*?)(?:%.*)?)$/i.exec(text) ?? []
  const address = (bracketed ?? plain ?? '').replace(/^::ffff:(?=\d+\.)/i, '')
  const withoutPort = /^[\d.]+:\d+$/.test(address) ? address.slice(0, address.indexOf(':')) : address
  return isIP(withoutPort) === 0 ? undefined : withoutPort.toLowerCase()
}

/**
 * By what an address is counted: IPv6 by its first 64 bits, because whoever has one address of such a network has them
 * all (RFC 6177 §2).
 */
export function networkOf(address: string): string {
  if (isIP(address) !== 6) return address
  const [head = '', tail] = address.split('::')
  const before = groupsOf(head)
  const after = groupsOf(tail ?? '')
  const gap = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length)
  const groups = [...before, ...Array.from({ length: gap }, () => '0'), ...after]
  return `${groups.slice(0, 4).map(withoutZeros).join(':')}::/64`
}

const groupsOf = (text: string): string[] => (text === '' ? [] : text.split(':'))
const withoutZeros = (group: string): string => group.replace(/^0+(?=.)/, '')
