import * as contract from '@trove/contract/sign-in'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { createLimiter } from '../../../platform/http/limiter.ts'
import { networkOf } from '../../../platform/http/address.ts'
import { serve, serveAnyone, serveRaw, signedIn } from '../../../platform/http/serve.ts'
import type { Platform } from '../../../platform/platform.ts'
import { OIDC_COOKIE, type Cookies } from '../cookies.ts'
import * as oidc from './operations.ts'
import { createProvider } from './provider.ts'

const MINUTE_SECONDS = 60
/** Each way back asks the provider twice in our name. */
const RETURNS_PER_MINUTE = 60

export function oidcRoutes(app: FastifyInstance, platform: Platform, cookies: Cookies) {
  const { settings } = platform
  const machines = { ...platform, provider: settings.oidc && createProvider(settings.oidc) }
  const returns = createLimiter(RETURNS_PER_MINUTE, MINUTE_SECONDS, 'sign-ins by the provider from this address')

  const send = (reply: FastifyReply, { url, cookie, expiresAt }: oidc.Departure) => {
    cookies.setOidc(reply, cookie, expiresAt)
    return { url }
  }
  serveAnyone(app, contract.beginOidc, async ({ body }, { request, reply }) =>
    send(reply, await oidc.beginOidc(machines, cookies.deviceOf(request), body)),
  )
  serveRaw(app, contract.beginLinking, async ({ request, reply }) =>
    send(reply, await oidc.beginLinking(machines, signedIn(request), cookies.deviceOf(request))),
  )
  serveRaw(app, contract.finishOidc, async ({ request, reply }) => {
    const device = cookies.deviceOf(request)
    await returns.take(networkOf(device.ip))
    const [, query = ''] = request.url.split(/\?(.*)/s)
    const arrival = await oidc.finishOidc(machines, device, { cookie: request.cookies[OIDC_COOKIE], query })
    cookies.clearOidc(reply)
    if ('tokens' in arrival) cookies.set(reply, arrival.tokens, device)
    return reply.redirect(`${device.site?.prefix ?? ''}${placeOf(arrival)}`, 303)
  })
  serve(app, contract.unlinkSignIn, ({ actor, params }) => oidc.unlinkSignIn(platform, actor, params.linkedSignInId))
}

/** The page finds its own way from here: it knows who is signed in, and where they were going. */
function placeOf(arrival: oidc.Arrival): string {
  const search = new URLSearchParams()
  if ('refused' in arrival) search.set('refused', arrival.refused)
  if ('isLinked' in arrival) search.set('linked', 'true')
  if (arrival.isLinking) return `/settings/security?${search}`
  if (arrival.next !== undefined) search.set('next', arrival.next)
  // Behind the # it reaches no server and no log.
  const hash = 'challenge' in arrival ? `#challenge=${arrival.challenge.challenge}` : ''
  return `/sign-in?${search}${hash}`
}
