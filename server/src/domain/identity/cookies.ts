import { randomBytes } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { clientAddress } from '../../platform/http/address.ts'
import { siteOf } from '../../platform/http/site.ts'
import type { Settings } from '../../platform/settings.ts'
import type { Device, Tokens } from './opening.ts'

/** Sent only to the endpoints that exchange or end it. */
export const REFRESH_COOKIE = 'trove_refresh'
/** For bytes and the live feed, which cannot send a header. */
export const ACCESS_COOKIE = 'trove_access'
/** Names the browser, not the person: it lets nobody in. */
const DEVICE_COOKIE = 'trove_device'
/** Binds the way to a provider and back to one browser. */
export const OIDC_COOKIE = 'trove_oidc'

const DEVICE_TOKEN = /^[\w-]{43}$/
const DEVICE_TOKEN_BYTES = 32
/** As long as browsers keep any cookie (RFC 6265bis §5.5). */
const DEVICE_COOKIE_MS = 400 * 86_400_000
const MAX_USER_AGENT = 300

type Asked = Parameters<typeof clientAddress>[0] &
  Parameters<typeof siteOf>[0] & { headers: IncomingHttpHeaders; cookies: Record<string, string | undefined> }
type Options = {
  path: string
  httpOnly?: boolean
  secure?: boolean
  sameSite?: 'strict' | 'lax'
  expires?: Date
}
type Answering = {
  setCookie(name: string, value: string, options: Options): unknown
  clearCookie(name: string, options: Options): unknown
}

export type Cookies = ReturnType<typeof createCookies>

/** Writes and clears the cookies of sign-in, and tells who knocks. */
export function createCookies(settings: Pick<Settings, 'publicUrl' | 'trustProxy'>) {
  const prefix = settings.publicUrl?.pathname.replace(/\/$/, '') ?? ''
  const common = { httpOnly: true, sameSite: 'strict', secure: settings.publicUrl?.protocol === 'https:' } as const
  const authPath = `${prefix}/api/auth`
  const accessPath = `${prefix}/api`

  return {
    deviceOf(request: Asked): Device & { deviceToken: string } {
      const known = request.cookies[DEVICE_COOKIE]
      const site = siteOf(request, settings)
      return {
        ip: clientAddress(request),
        userAgent: request.headers['user-agent']?.slice(0, MAX_USER_AGENT) ?? null,
        deviceToken: known !== undefined && DEVICE_TOKEN.test(known) ? known : newDeviceToken(),
        ...(site !== undefined && { site }),
      }
    },
    /** Signs this browser in. @returns what the page is told */
    set(reply: Answering, { signedIn, refreshToken, refreshExpiresAt }: Tokens, device: { deviceToken?: string }) {
      reply.setCookie(REFRESH_COOKIE, refreshToken, { ...common, path: authPath, expires: refreshExpiresAt })
      const expires = new Date(signedIn.expiresAt)
      reply.setCookie(ACCESS_COOKIE, signedIn.accessToken, { ...common, path: accessPath, expires })
      if (device.deviceToken !== undefined) {
        // Lax, so that it is there when a provider sends the browser back.
        const keptUntil = new Date(Date.now() + DEVICE_COOKIE_MS)
        const options = { ...common, sameSite: 'lax', path: authPath, expires: keptUntil } as const
        reply.setCookie(DEVICE_COOKIE, device.deviceToken, options)
      }
      return signedIn
    },
    clear(reply: Answering) {
      reply.clearCookie(REFRESH_COOKIE, { ...common, path: authPath })
      reply.clearCookie(ACCESS_COOKIE, { ...common, path: accessPath })
    },
    /** Lax: the provider sends the browser back from its own site. */
    setOidc(reply: Answering, token: string, expires: Date) {
      reply.setCookie(OIDC_COOKIE, token, { ...common, sameSite: 'lax', path: `${authPath}/oidc`, expires })
    },
    clearOidc(reply: Answering) {
      reply.clearCookie(OIDC_COOKIE, { ...common, sameSite: 'lax', path: `${authPath}/oidc` })
    },
  }
}

const newDeviceToken = () => randomBytes(DEVICE_TOKEN_BYTES).toString('base64url')
