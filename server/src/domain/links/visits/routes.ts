import * as contract from '@trove/contract/shared'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { clientAddress } from '../../../platform/http/address.ts'
import { createLimiter } from '../../../platform/http/limiter.ts'
import { linkHolder, serveAnyone } from '../../../platform/http/serve.ts'
import type { Platform } from '../../../platform/platform.ts'
import { openLink, renewVisit } from './operations.ts'
import { VISIT_COOKIE } from './passes.ts'

const MINUTE_SECONDS = 60
const OPENS_PER_MINUTE = 120
/** A link is often opened by several people at once, each from an address of their own. */
const FAILURES_OF_LINK = 3
const CODES_PER_HOUR = 10

export function visitRoutes(app: FastifyInstance, platform: Platform) {
  const { settings } = platform
  const { loginFailuresPerMinute: most } = settings
  const machines = {
    ...platform,
    opens: createLimiter(OPENS_PER_MINUTE, MINUTE_SECONDS, 'links opened from this address'),
    failuresOfAddress: createLimiter(most, MINUTE_SECONDS, 'failed tries from this address'),
    failuresOfLink: createLimiter(most * FAILURES_OF_LINK, MINUTE_SECONDS, 'failed tries to open this link'),
    codes: createLimiter(CODES_PER_HOUR, MINUTE_SECONDS * MINUTE_SECONDS, 'codes asked for with this link'),
  }
  const prefix = settings.publicUrl?.pathname.replace(/\/$/, '') ?? ''
  const cookie = { httpOnly: true, sameSite: 'strict', secure: settings.publicUrl?.protocol === 'https:' } as const

  function setCookie(reply: FastifyReply, { linkId, accessToken, expiresAt }: contract.LinkVisitPass) {
    const path = `${prefix}/api/shared/${linkId}`
    reply.setCookie(VISIT_COOKIE, accessToken, { ...cookie, path, expires: new Date(expiresAt) })
  }

  serveAnyone(app, contract.openLink, async ({ body }, { request, reply }) => {
    const userAgent = request.headers['user-agent']
    const caller = { ip: clientAddress(request), ...(userAgent !== undefined && { userAgent }) }
    const opened = await openLink(machines, caller, body)
    if (opened.status === 'opened') setCookie(reply, opened)
    return opened
  })
  serveAnyone(app, contract.renewVisit, async (_, { request, reply }) => {
    const pass = await renewVisit(platform, linkHolder(request))
    setCookie(reply, pass)
    return pass
  })
}
