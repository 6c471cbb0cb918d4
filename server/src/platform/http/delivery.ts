import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Settings } from '../settings.ts'
import { sendObject, type SentObject } from './bytes.ts'
import { contentDisposition, presentSafely } from './disposition.ts'

/** Where a proxy in front finds the folder of the objects; it must answer there to nobody but itself. */
export const ACCEL_PREFIX = '/trove-objects/'
/** Below this an address and a second request take longer than the bytes. */
const WORTH_IT_BYTES = 1024 * 1024
/** An address that has been given away is good for so long, whatever happens to the right meanwhile. */
const ADDRESS_SECONDS = 60

/**
 * Answers a GET or HEAD with stored bytes by the best way that this installation has: through this program, by the
 * proxy in front that reads the same disk, or by an address at the store that is good for a minute. What the other two
 * cannot do as well (conditions, small and encoded objects) goes through this program.
 *
 * Who has the right to the bytes is the caller's question, and has been answered before; so is whoever counts them.
 *
 * @throws what `sendObject` throws
 */
export async function deliverObject(
  request: FastifyRequest,
  reply: FastifyReply,
  object: SentObject,
  { delivery }: Pick<Settings, 'delivery'>,
): Promise<void> {
  const elsewhere = delivery === 'stream' || hasConditions(request) ? undefined : await elsewhereOf(delivery, object)
  if (elsewhere === undefined || request.method !== 'GET') return void (await sendObject(request, reply, object))
  if (elsewhere.by === 'address') {
    void reply.header('cache-control', 'no-store').redirect(elsewhere.url, 307)
    return
  }
  const { contentType, contentDisposition: named } = describe(object)
  void reply
    .header('x-accel-redirect', elsewhere.path)
    .header('content-disposition', named)
    .header('cache-control', object.cacheControl)
    .type(contentType)
    .send('')
}

type Elsewhere = { by: 'proxy'; path: string } | { by: 'address'; url: string }

async function elsewhereOf(delivery: 'accel' | 'redirect', object: SentObject): Promise<Elsewhere | undefined> {
  const { objects, key, sizeBytes, cacheControl } = object
  if (sizeBytes < WORTH_IT_BYTES || (await objects.isElsewhere?.(key)) === true) return undefined
  if (delivery === 'accel')
    return objects.localPath(key) === undefined ? undefined : { by: 'proxy', path: `${ACCEL_PREFIX}${key}` }
  const url = await objects.direct?.signGet(key, {
    ...describe(object),
    expiresSeconds: ADDRESS_SECONDS,
    cacheControl,
  })
  return url === undefined ? undefined : { by: 'address', url }
}

/** Entity tags and dates of this program mean nothing to others. */
const hasConditions = ({ headers }: FastifyRequest): boolean =>
  ['if-match', 'if-none-match', 'if-range', 'if-modified-since', 'if-unmodified-since'].some((name) => name in headers)

function describe({ mediaType, disposition, filename }: SentObject) {
  const safe = presentSafely(mediaType, disposition)
  return { contentType: safe.contentType, contentDisposition: contentDisposition(safe.disposition, filename) }
}
