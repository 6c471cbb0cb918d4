import * as contract from '@trove/contract/api-keys'
import type { FastifyInstance } from 'fastify'
import { clientAddress, networkOf } from '../../../platform/http/address.ts'
import { createLimiter } from '../../../platform/http/limiter.ts'
import { serve, serveAnyone } from '../../../platform/http/serve.ts'
import type { Platform } from '../../../platform/platform.ts'
import { createAttempts } from '../attempts.ts'
import type { Cookies } from '../cookies.ts'
import * as device from './operations.ts'

const MINUTE_SECONDS = 60
const STARTS_PER_MINUTE = 20
const CODES_PER_MINUTE = 10
/** A program that waits asks every five seconds; several may wait behind one address. */
const ASKS_PER_MINUTE = 120

export function deviceRoutes(app: FastifyInstance, platform: Platform, cookies: Cookies) {
  const machines = {
    ...platform,
    deviceStarts: createLimiter(STARTS_PER_MINUTE, MINUTE_SECONDS, 'programs that ask from this address'),
    userCodes: createAttempts(CODES_PER_MINUTE, 'codes that are none'),
  }
  serveAnyone(app, contract.startDeviceSignIn, ({ body }, { request }) =>
    device.startDeviceSignIn(machines, cookies.deviceOf(request), body),
  )
  const asks = createLimiter(ASKS_PER_MINUTE, MINUTE_SECONDS, 'programs that wait at this address')
  serveAnyone(app, contract.takeDeviceKey, async ({ body }, { request }) => {
    await asks.take(networkOf(clientAddress(request)))
    return device.takeDeviceKey(platform, cookies.deviceOf(request), body.deviceCode)
  })
  serve(app, contract.findDeviceRequest, ({ actor, body }) => device.findDeviceRequest(machines, actor, body.userCode))
  serve(app, contract.decideDeviceRequest, ({ actor, body }) => device.decideDeviceRequest(machines, actor, body))
}
