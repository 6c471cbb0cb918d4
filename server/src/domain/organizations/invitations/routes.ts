import * as contract from '@trove/contract/invitations'
import type { FastifyInstance } from 'fastify'
import type { Actor } from '../../../platform/actor.ts'
import { createLimiter } from '../../../platform/http/limiter.ts'
import { serve, serveAnyone } from '../../../platform/http/serve.ts'
import type { Platform } from '../../../platform/platform.ts'
import * as offers from './offers.ts'
import * as invitations from './operations.ts'

const MINUTE_SECONDS = 60
const SENT_PER_MINUTE = 30
const TOKENS_PER_MINUTE = 60

export function invitationRoutes(app: FastifyInstance, platform: Platform) {
  const { db } = platform
  const machines = {
    ...platform,
    invitationsSent: createLimiter(SENT_PER_MINUTE, MINUTE_SECONDS, 'invitations'),
    tokensTried: createLimiter(TOKENS_PER_MINUTE, MINUTE_SECONDS, 'invitations opened from this address'),
  }
  serve(app, contract.invite, ({ actor, params, body }) => invitations.invite(machines, actor, { ...body, ...params }))
  serve(app, contract.listInvitations, ({ actor, params, query }) =>
    invitations.listInvitations(db, actor, { ...query, ...params }),
  )
  serve(app, contract.resendInvitation, ({ actor, params }) => invitations.resendInvitation(machines, actor, params))
  serve(app, contract.withdrawInvitation, async ({ actor, params }) => {
    await invitations.withdrawInvitation(platform, actor, params)
    return null
  })

  serveAnyone(app, contract.readOffer, ({ actor, body }) => offers.readOffer(machines, stranger(actor), body.token))
  serve(app, contract.acceptOffer, ({ actor, body }) => offers.acceptOffer(machines, actor, body.token))
  serveAnyone(app, contract.registerByOffer, ({ actor, body }) =>
    offers.registerByOffer(machines, stranger(actor), body),
  )
  serveAnyone(app, contract.declineOffer, async ({ actor, body }) => {
    await offers.declineOffer(machines, stranger(actor), body.token)
    return null
  })
  serve(app, contract.listMyOffers, ({ actor }) => offers.listMyOffers(db, actor))
  serve(app, contract.acceptMyOffer, ({ actor, params }) => offers.acceptMyOffer(platform, actor, params.invitationId))
  serve(app, contract.declineMyOffer, async ({ actor, params }) => {
    await offers.declineMyOffer(platform, actor, params.invitationId)
    return null
  })
}

/** A request never speaks for the system. */
function stranger(actor: Actor): Extract<Actor, { ip: string }> {
  if (actor.kind === 'system') throw new Error('a request came as the system')
  return actor
}
