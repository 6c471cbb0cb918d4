import * as contract from '@trove/contract/accounts'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { clientAddress } from '../../../platform/http/address.ts'
import { judgeConditions, toHttpDate } from '../../../platform/http/conditional.ts'
import { createLimiter } from '../../../platform/http/limiter.ts'
import { serve, serveAnyone, serveRaw, signedIn } from '../../../platform/http/serve.ts'
import type { Platform } from '../../../platform/platform.ts'
import { Problem } from '../../../platform/problem.ts'
import * as administration from './administration/operations.ts'
import * as avatars from './avatars.ts'
import * as emails from './emails.ts'
import { forgotPassword } from './forgotten.ts'
import * as passwords from './passwords.ts'
import { updateMe } from './profile.ts'

const MINUTE_SECONDS = 60
const READ_WITHIN_MS = 60_000
const MIB = 1024 ** 2
const HOUR_SECONDS = 60 * MINUTE_SECONDS
/** Mails that one may have sent to an account, as against by it: a mailbox is not to be filled by strangers. */
const MAILS_PER_HOUR = 6

export function accountRoutes(app: FastifyInstance, platform: Platform) {
  const { settings } = platform
  const machines = {
    ...platform,
    ...passwords.createPasswordCheck(settings),
    mailsOfAccount: createLimiter(MAILS_PER_HOUR, HOUR_SECONDS, 'mails to this account'),
    resetsOfEmail: createLimiter(MAILS_PER_HOUR, HOUR_SECONDS, 'mails to this address'),
    resetsOfAddress: createLimiter(settings.registrationsPerMinute, MINUTE_SECONDS, 'mails asked for from here'),
    linksOfAddress: createLimiter(settings.registrationsPerMinute, MINUTE_SECONDS, 'links tried from here'),
    avatars: avatars.openAvatarPool(platform),
  }
  app.addHook('onClose', () => machines.avatars.close())

  serve(app, contract.updateMe, ({ actor, body }) => updateMe(machines, actor, body))
  serve(app, contract.sendVerification, ({ actor }) => nothing(emails.sendVerification(machines, actor)))
  serve(app, contract.changePassword, ({ actor, body }) => nothing(passwords.changePassword(machines, actor, body)))
  serve(app, contract.changeEmail, ({ actor, body }) => nothing(emails.changeEmail(machines, actor, body)))

  serveAnyone(app, contract.verifyEmail, ({ body }, { request }) =>
    emails.verifyEmail(machines, clientAddress(request), body.token),
  )
  serveAnyone(app, contract.confirmEmail, ({ body }, { request }) =>
    emails.confirmEmail(machines, clientAddress(request), body.token),
  )
  serveAnyone(app, contract.forgotPassword, ({ body }, { request }) =>
    nothing(forgotPassword(machines, clientAddress(request), body.email)),
  )
  serveAnyone(app, contract.resetPassword, ({ body }, { request }) =>
    nothing(passwords.resetPassword(machines, clientAddress(request), body)),
  )

  serve(app, contract.listUsers, ({ query }) => administration.listUsers(platform.db, query))
  serve(app, contract.suspendUser, ({ actor, params }) => administration.suspendUser(platform, actor, params.userId))
  serve(app, contract.resumeUser, ({ actor, params }) => administration.resumeUser(platform, actor, params.userId))
  serve(app, contract.setAdministrator, ({ actor, params, body }) =>
    administration.setAdministrator(platform, actor, { ...body, ...params }),
  )
  serve(app, contract.sendPasswordReset, ({ actor, params }) =>
    nothing(administration.sendPasswordReset(platform, actor, params.userId)),
  )
  serve(app, contract.listOutbox, ({ actor, query }) => administration.listOutbox(platform, actor, query))

  avatarRoutes(app, machines)
}

/** In a scope of its own, because only there a body that is no JSON is let through to be read. */
function avatarRoutes(
  app: FastifyInstance,
  machines: Platform & { avatars: ReturnType<typeof avatars.openAvatarPool> },
) {
  app.register((scope, _options, done) => {
    scope.addContentTypeParser(/^image\//, (_request, _payload, parsed) => parsed(null))
    serveRaw(scope, contract.setAvatar, async ({ request, reply }) => {
      if (!/^image\//i.test(request.headers['content-type'] ?? ''))
        throw new Problem('wrong-content-type', 'Send the picture itself, with its type: image/jpeg, for one.')
      return reply.send(await avatars.setAvatar(machines, signedIn(request), await readPicture(request)))
    })
    serve(scope, contract.removeAvatar, ({ actor }) => avatars.removeAvatar(machines, actor))
    serveRaw(scope, contract.getAvatar, async ({ request, reply }, { params }) =>
      sendAvatar(request, reply, await avatars.getAvatar(machines.db, signedIn(request), params.userId)),
    )
    done()
  })
}

/**
 * @throws too-large        it has more bytes than a picture may have
 * @throws invalid-request  it did not come whole, or not in time
 */
async function readPicture(request: FastifyRequest): Promise<Buffer> {
  const tooLarge = () => new Problem('too-large', `A picture of you may have ${contract.MAX_AVATAR_BYTES / MIB} MiB.`)
  if (Number(request.headers['content-length'] ?? 0) > contract.MAX_AVATAR_BYTES) throw tooLarge()
  const chunks: Buffer[] = []
  let size = 0
  const late = setTimeout(() => request.raw.destroy(), READ_WITHIN_MS)
  try {
    for await (const chunk of request.raw as AsyncIterable<Buffer>) {
      size += chunk.length
      if (size > contract.MAX_AVATAR_BYTES) throw tooLarge()
      chunks.push(chunk)
    }
  } catch (error) {
    if (error instanceof Problem) throw error
    throw new Problem('invalid-request', 'The picture did not arrive whole.')
  } finally {
    clearTimeout(late)
  }
  return Buffer.concat(chunks)
}

/** Asked again each time whether one may still see it; the bytes are sent only when they are others. */
function sendAvatar(
  request: FastifyRequest,
  reply: FastifyReply,
  avatar: { bytes: Buffer; version: string; madeAt: Date },
) {
  const validators = { etag: `"${avatar.version}"`, modifiedAt: avatar.madeAt }
  reply.headers({
    etag: validators.etag,
    'last-modified': toHttpDate(validators.modifiedAt),
    'cache-control': 'private, no-cache',
  })
  const verdict = judgeConditions(request.headers, validators)
  if (verdict === 'precondition failed') throw new Problem('precondition-failed', 'The picture is another by now.')
  if (verdict === 'not modified') return reply.code(304).send()
  return reply
    .headers({
      'content-disposition': 'inline',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
      'x-content-type-options': 'nosniff',
    })
    .type('image/webp')
    .send(avatar.bytes)
}

const nothing = async (done: Promise<void>): Promise<null> => {
  await done
  return null
}
