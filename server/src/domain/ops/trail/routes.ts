import { Readable } from 'node:stream'
import * as contract from '@trove/contract/audit'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { serve, serveRaw, signedIn } from '../../../platform/http/serve.ts'
import type { Platform } from '../../../platform/platform.ts'
import * as trail from './operations.ts'
import type { ExportFormat } from './rules.ts'

/** A reader that takes nothing for so long is gone. */
const STALL_MS = 60_000
const CONTENT_TYPES: Record<ExportFormat, string> = {
  csv: 'text/csv; charset=utf-8; header=present',
  jsonl: 'application/jsonl; charset=utf-8',
}

export function trailRoutes(app: FastifyInstance, platform: Platform) {
  serve(app, contract.listResourceActivity, ({ actor, params, query }) =>
    trail.listResourceActivity(platform, actor, { ...query, ...params }),
  )
  serve(app, contract.listOrganizationActivity, ({ actor, params, query }) =>
    trail.listOrganizationActivity(platform, actor, { ...query, ...params }),
  )
  serve(app, contract.listActivityActions, ({ actor, params }) =>
    trail.listActivityActions(platform, actor, params.organizationId),
  )
  serve(app, contract.listOwnActivity, ({ actor, query }) => trail.listOwnActivity(platform, actor, query))
  serve(app, contract.listOwnSecurityEvents, ({ actor, query }) => trail.listOwnSecurityEvents(platform, actor, query))
  serve(app, contract.listSecurityEvents, ({ query }) => trail.listSecurityEvents(platform, query))
  serve(app, contract.getSecurityNotice, ({ actor }) => trail.getSecurityNotice(platform, actor))
  serve(app, contract.markSecurityEventsSeen, async ({ actor }) => {
    await trail.markSecurityEventsSeen(platform, actor)
    return null
  })
  serveRaw(app, contract.exportOrganizationActivity, async ({ request, reply }, { params, query }) =>
    download(
      reply,
      { format: query.format as ExportFormat, name: 'activity' },
      await trail.exportOrganizationActivity(platform, signedIn(request), {
        ...query,
        ...params,
        format: query.format as ExportFormat,
      }),
    ),
  )
  serveRaw(app, contract.exportSecurityEvents, async ({ request, reply }, { query }) =>
    download(
      reply,
      { format: query.format as ExportFormat, name: 'security-events' },
      await trail.exportSecurityEvents(platform, signedIn(request), {
        ...query,
        format: query.format as ExportFormat,
      }),
    ),
  )
}

function download(
  reply: FastifyReply,
  { format, name }: { format: ExportFormat; name: string },
  text: AsyncGenerator<string>,
) {
  const filename = `${name}-${new Date().toISOString().slice(0, 10)}.${format}`
  reply.raw.setTimeout(STALL_MS, () => reply.raw.destroy())
  return reply
    .type(CONTENT_TYPES[format])
    .header('content-disposition', `attachment; filename="${filename}"`)
    .header('cache-control', 'private, no-store')
    .send(Readable.from(text, { objectMode: false }))
}
