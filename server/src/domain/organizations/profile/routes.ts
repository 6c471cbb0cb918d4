import * as contract from '@trove/contract/organizations'
import type { FastifyInstance } from 'fastify'
import { judgeConditions } from '../../../platform/http/conditional.ts'
import { serve, serveRaw, signedIn } from '../../../platform/http/serve.ts'
import type { Platform } from '../../../platform/platform.ts'
import { openAvatarPool } from '../../identity/index.ts'
import * as logo from './logo.ts'
import * as profile from './operations.ts'

export function profileRoutes(app: FastifyInstance, platform: Platform) {
  const { db } = platform
  const machines = { ...platform, pictures: openAvatarPool(platform) }
  app.addHook('onClose', () => machines.pictures.close())
  serve(app, contract.createOrganization, ({ actor, body }) => profile.createOrganization(platform, actor, body))
  serve(app, contract.listOrganizations, ({ actor }) => profile.listOrganizations(db, actor))
  serve(app, contract.getOrganization, ({ actor, params }) => profile.getOrganization(db, actor, params.organizationId))
  serve(app, contract.updateOrganization, ({ actor, params, body }) =>
    profile.updateOrganization(platform, actor, { ...body, ...params }),
  )
  serve(app, contract.setLogo, ({ actor, params, body }) => logo.setLogo(machines, actor, { ...body, ...params }))
  serve(app, contract.removeLogo, ({ actor, params }) => logo.removeLogo(platform, actor, params.organizationId))
  serveRaw(app, contract.getLogo, async ({ request, reply }, { params }) => {
    const { image, mediaType, updatedAt } = await logo.getLogo(db, signedIn(request), params.organizationId)
    const validators = { etag: `"${updatedAt.getTime()}"`, modifiedAt: updatedAt }
    reply.headers({ etag: validators.etag, 'cache-control': 'private, no-cache' })
    // Asked again each time whether one may still see it; sent only when it is another.
    if (judgeConditions(request.headers, validators) === 'not modified') return reply.code(304).send()
    return reply.type(mediaType).send(image)
  })
  serve(app, contract.setQuota, ({ actor, params, body }) => profile.setQuota(platform, actor, { ...body, ...params }))
  serve(app, contract.setPlan, ({ actor, params, body }) => profile.setPlan(platform, actor, { ...body, ...params }))
  serve(app, contract.listAllOrganizations, () => profile.listAllOrganizations(db))
}
