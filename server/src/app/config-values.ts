import { statSync } from 'node:fs'
import { isIP } from 'node:net'
import { resolve } from 'node:path'
import { isMailAddress } from '../platform/mail/address.ts'
import type { ScannerAddress, Settings } from '../platform/settings.ts'

/** A value, or what would have been right. `hidden`: the text is or may hold a secret, so it is not repeated. */
export type Parsed<T> = { readonly value: T } | { readonly wrong: string; readonly hidden?: true }

const UNITS: Record<string, number> = { '': 1, B: 1 }
for (const [power, letter] of ['K', 'M', 'G', 'T'].entries()) {
  UNITS[`${letter}IB`] = 1024 ** (power + 1)
  UNITS[`${letter}B`] = 1000 ** (power + 1)
}

/** A relative folder is meant from where the program was started. */
export const absolute = (folder: string): string => resolve(folder)

export function folder(text: string): Parsed<string> {
  if (text.includes('\0')) return { wrong: 'must be a folder' }
  const value = absolute(text)
  const isFile = statSync(value, { throwIfNoEntry: false })?.isDirectory() === false
  return isFile ? { wrong: 'must be a folder, and this is a file' } : { value }
}

export function file(text: string): Parsed<string> {
  const value = absolute(text)
  const isFile = !text.includes('\0') && statSync(value, { throwIfNoEntry: false })?.isFile() === true
  return isFile ? { value } : { wrong: 'must be a file that is there' }
}

export const integer =
  (min: number, max: number) =>
  (text: string): Parsed<number> => {
    const value = Number(text)
    if (/^\d+$/.test(text) && value >= min && value <= max) return { value }
    return { wrong: `must be a whole number from ${min} to ${max}` }
  }

export const decimal =
  (min: number, max: number) =>
  (text: string): Parsed<number> => {
    const value = Number(text)
    if (/^\d+(\.\d+)?$/.test(text) && value >= min && value <= max) return { value }
    return { wrong: `must be a number from ${min} to ${max}, such as ${Math.max(min, 1)} or ${Math.max(min, 1) + 0.5}` }
  }

/** `1048576`, `10GiB` (powers of 1024) or `10GB` (powers of 1000). */
export function size(text: string): Parsed<number> {
  const [, digits, unit] = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/i.exec(text) ?? []
  const factor = UNITS[(unit ?? '?').toUpperCase()]
  const value = factor === undefined ? Number.NaN : Math.round(Number(digits) * factor)
  if (Number.isSafeInteger(value) && value > 0) return { value }
  return { wrong: 'must be a size above zero in bytes, or with a unit, such as 10737418240, 10GiB or 500MB' }
}

export const oneOf =
  <T extends string>(words: readonly T[]) =>
  (text: string): Parsed<T> => {
    const value = words.find((word) => word === text.toLowerCase())
    return value === undefined ? { wrong: `must be one of ${words.join(', ')}` } : { value }
  }

export const onOff = (text: string): Parsed<boolean> =>
  /^(on|off)$/i.test(text) ? { value: text.toLowerCase() === 'on' } : { wrong: 'must be on or off' }

export const host = (text: string): Parsed<string> =>
  isIP(text) !== 0 || /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i.test(text)
    ? { value: text }
    : { wrong: 'must be an address or a host name without port, such as 127.0.0.1, 0.0.0.0 or ::' }

export function databaseUrl(text: string): Parsed<string> {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url && /^postgres(ql)?:$/.test(url.protocol) && url.pathname.length > 1) return { value: text }
  return { wrong: 'must look like postgres://user:password@host:5432/database', hidden: true }
}

export function redisUrl(text: string): Parsed<string> {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url && /^rediss?:$/.test(url.protocol) && url.hostname !== '') return { value: text }
  return { wrong: 'must look like redis://:password@host:6379/0, or rediss:// for TLS', hidden: true }
}

const CLAMD_PORT = 3310

/** Where clamd listens: over TCP, or at a socket of this machine. */
export function clamavUrl(text: string): Parsed<ScannerAddress> {
  const wrong = { wrong: 'must look like tcp://host:3310 or unix:///run/clamav/clamd.ctl' }
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || url.username + url.password + url.search + url.hash !== '') return wrong
  if (url.protocol === 'unix:')
    return url.host === '' && /^\/[^%]+$/.test(url.pathname) ? { value: { path: url.pathname } } : wrong
  if (url.protocol !== 'tcp:' || url.hostname === '' || !['', '/'].includes(url.pathname)) return wrong
  const port = url.port === '' ? CLAMD_PORT : Number(url.port)
  return port === 0 ? wrong : { value: { host: url.hostname.replace(/^\[|\]$/g, ''), port } }
}

export function publicUrl(text: string): Parsed<URL> {
  const wrong = {
    wrong: 'must be http(s)://host, with a path when Trove lives below one, such as https://media.example.org/trove',
  }
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || !/^https?:$/.test(url.protocol) || url.username + url.password + url.search + url.hash !== '')
    return wrong
  url.pathname = url.pathname.replace(/\/+$/, '')
  return { value: url }
}

type Smtp = NonNullable<Settings['smtp']>
const SUBMISSION_PORT = 587
const SUBMISSIONS_PORT = 465

/** RFC 8314: `smtps` is TLS from the first byte, `smtp` by STARTTLS as soon as the server offers it. */
export function smtpUrl(text: string): Parsed<Omit<Smtp, 'from'>> {
  const wrong = {
    wrong: 'must look like smtps://user:password@mail.example.org or smtp://host:587',
    hidden: true,
  } as const
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || !/^smtps?:$/.test(url.protocol) || url.hostname === '' || url.search + url.hash !== '') return wrong
  if (!['', '/'].includes(url.pathname)) return wrong
  const isTls = url.protocol === 'smtps:'
  try {
    const [user, password] = [decodeURIComponent(url.username), decodeURIComponent(url.password)]
    const port = url.port === '' ? (isTls ? SUBMISSIONS_PORT : SUBMISSION_PORT) : Number(url.port)
    return {
      value: {
        host: url.hostname.replace(/^\[|\]$/g, ''),
        port,
        isTls,
        credentials: user === '' ? undefined : { user, password },
      },
    }
  } catch {
    return wrong
  }
}

/** `trove@example.org` or `Trove of the Studio <trove@example.org>`. */
export function mailFrom(text: string): Parsed<Smtp['from']> {
  const [, name = '', bracketed] = /^([^<>\p{Cc}]*?)\s*<([^<>]+)>$/u.exec(text) ?? []
  const address = bracketed ?? text
  if (isMailAddress(address)) return { value: { name: name.replaceAll('"', '').trim() || 'Trove', address } }
  return { wrong: 'must be an address, with a name if you like: Trove <trove@example.org>' }
}

export function trustProxy(text: string): Parsed<false | number | readonly string[]> {
  if (/^off$/i.test(text)) return { value: false }
  const hops = integer(0, 16)(text)
  if ('value' in hops) return { value: hops.value === 0 ? false : hops.value }
  const networks = text.split(',').map((network) => network.trim())
  if (networks.every(isNetwork)) return { value: Object.freeze(networks) }
  return { wrong: 'must be off, a number of proxies from 1 to 16, or their networks, such as 127.0.0.1, 10.0.0.0/8' }
}

function isNetwork(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/')
  const version = isIP(address)
  if (version === 0 || rest.length > 0) return false
  return bits === undefined || 'value' in integer(0, version === 4 ? 32 : 128)(bits)
}

/** What a program shows to be let in. */
export const token = (text: string): Parsed<string> =>
  /^[\x21-\x7e]{16,}$/.test(text)
    ? { value: text }
    : { wrong: 'must be at least 16 printable ASCII characters without spaces', hidden: true }

export function secret(text: string): Parsed<Uint8Array> {
  const value = new TextEncoder().encode(text)
  if (value.length >= 32) return { value }
  return {
    wrong: `must be at least 32 bytes, this has ${value.length}; leave it out and Trove makes one`,
    hidden: true,
  }
}

/** 32 bytes that only chance can have made, in base64 or hexadecimal digits. */
export function masterKey(text: string): Parsed<Uint8Array> {
  const isHex = /^[0-9a-f]{64}$/i.test(text)
  const value = Buffer.from(text, isHex ? 'hex' : 'base64')
  const isRight = isHex || (/^[a-z0-9+/_-]{43}=?$/i.test(text) && value.length === 32)
  if (isRight && new Set(value).size > 8) return { value }
  return { wrong: 'must be 32 random bytes in base64 or hex; npm run trove keys new prints such a key', hidden: true }
}

/** Anything one line long. */
export const line = (text: string): Parsed<string> =>
  /^[^\u0000-\u001f]{1,200}$/.test(text) ? { value: text } : { wrong: 'must be one line of at most 200 characters' }

/** The same for what nobody else may see. */
export const hiddenLine = (text: string): Parsed<string> => {
  const parsed = line(text)
  return 'value' in parsed ? parsed : { ...parsed, hidden: true }
}

/**
 * Where drawn squares of the earth come from. Its origin goes into the page's policy, so the host is spelled out: no
 * wildcard, and no character that would end or widen a directive.
 */
export function tileTemplate(text: string): Parsed<{ template: string; origin: string }> {
  const wrong = {
    wrong:
      'must be an https address with {z}, {x} and {y} once each behind the host, such as https://tiles.example.org/{z}/{x}/{y}.png',
  }
  const [, behind] = /^https?:\/\/[^/?#{}]+([/?].*)$/i.exec(text) ?? []
  if (behind === undefined || (behind.match(/\{.*?\}|[{}]/g) ?? []).sort().join() !== '{x},{y},{z}') return wrong
  const url = URL.parse(text)
  if (url === null || url.username + url.password + url.hash !== '') return wrong
  if (!/^([a-z0-9-]+\.)*[a-z0-9-]+$|^\[[0-9a-f:.]+\]$/.test(url.hostname)) return wrong
  if (url.protocol !== 'https:' && !isThisMachine(url)) return wrong
  return { value: { template: `${url.origin}${behind}`, origin: url.origin } }
}

const isThisMachine = ({ hostname }: URL): boolean => ['localhost', '127.0.0.1', '[::1]'].includes(hostname)

/** Of a provider of OpenID Connect: a secret is sent there, so it must be reached safely. */
export function issuer(text: string): Parsed<URL> {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && isThisMachine(url))
  if (url !== undefined && isSafe && url.username + url.password + url.search + url.hash === '') return { value: url }
  return { wrong: 'must be the https address of the provider, such as https://login.example.org/realms/studio' }
}
