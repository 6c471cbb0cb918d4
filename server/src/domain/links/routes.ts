import * as contract from '@trove/contract/links'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { publicAddress, publicBase } from '../../platform/http/origin.ts'
import { serve, serveAnyone, signedIn } from '../../platform/http/serve.ts'
import type { Platform } from '../../platform/platform.ts'
import { downloadRoutes } from './downloads/routes.ts'
import * as links from './operations.ts'
import { prepareLink } from './preparing.ts'
import { sharedRoutes } from './shared/routes.ts'
import { visitRoutes } from './visits/routes.ts'
import { sharedZipRoutes } from './zip/routes.ts'

export function linkRoutes(app: FastifyInstance, platform: Platform) {
  makerRoutes(app, platform)
  visitRoutes(app, platform)
  sharedRoutes(app, platform)
  sharedZipRoutes(app, platform)
  downloadRoutes(app, platform)
}

function makerRoutes(app: FastifyInstance, platform: Platform) {
  const { db } = platform

  /** The secret stands behind the #: it is in no request, no log and no referrer. */
  async function told({ link, token }: Awaited<ReturnType<typeof links.createLink>>, request: FastifyRequest) {
    await prepareLink(platform, link)
    const url = publicAddress(publicBase(request, platform.settings), `/s#${link.id}.${token}`)
    return { ...link, token, url }
  }

  serveAnyone(app, contract.createLink, async ({ params, body }, { request }) =>
    told(await links.createLink(platform, signedIn(request), { ...body, ...params }), request),
  )
  serveAnyone(app, contract.createSelectionLink, async ({ params, body }, { request }) =>
    told(await links.createSelectionLink(platform, signedIn(request), { ...body, ...params }), request),
  )
  serve(app, contract.listResourceLinks, ({ actor, params, query }) =>
    links.listResourceLinks(db, actor, { ...query, ...params }),
  )
  serve(app, contract.listLinks, ({ actor, params, query }) => links.listLinks(db, actor, { ...query, ...params }))
  serve(app, contract.getLink, ({ actor, params }) => links.getLink(db, actor, params.linkId))
  serve(app, contract.updateLink, async ({ actor, params, body }) => {
    const link = await links.updateLink(platform, actor, { ...body, ...params })
    await prepareLink(platform, link)
    return link
  })
  serve(app, contract.revokeLink, async ({ actor, params }) => {
    await links.revokeLink(platform, actor, params.linkId)
    return null
  })
  serve(app, contract.listLinkVisits, ({ actor, params, query }) =>
    links.listLinkVisits(db, actor, { ...query, ...params }),
  )
}
