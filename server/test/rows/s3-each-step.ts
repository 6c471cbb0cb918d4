import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { ListMultipartUploadsCommand } from '@aws-sdk/client-s3'
import { sweep } from '../../src/domain/storage/index.ts'
import { sharedCeph } from '../services/ceph.ts'
import { startFaultProxy, type Fault } from '../services/fault-proxy.ts'
import { openWorld, quotaOf, type Tenant, type World } from '../tenant.ts'
import { pathOf, sha256Of, type Reply } from '../tus.ts'

const MIB = 1024 * 1024
const FILE_BYTES = 17 * MIB
const CHUNK_BYTES = 7 * MIB
/** A client that is told nothing but to come again would come for ever; this one gives up. */
const MOST_REQUESTS = 200
/** Three rounds of what the driver tries by itself: an end that fails behind a client that asks is not always told. */
const MOST_FAULTS = 20
const PASSING = [200, 204, 409, 503]

type Request = Pick<IncomingMessage, 'method' | 'url'>

const part = (number: number) => (request: Request) =>
  request.method === 'PUT' && request.url?.includes(`partNumber=${number}&`) === true

/** What a file of three parts asks of the store on its way there. */
const STEPS: Record<string, (request: Request) => boolean> = {
  'the beginning': ({ method, url }) => method === 'POST' && /[?&]uploads\b/.test(url ?? ''),
  'the note of where it stands': ({ method, url }) => method === 'PUT' && url?.includes('/.staging/') === true,
  'part 1': part(1),
  'part 2': part(2),
  'part 3': part(3),
  'putting the parts together': ({ method, url }) => method === 'POST' && url?.includes('uploadId=') === true,
}

export const steps: readonly string[] = Object.keys(STEPS)

export type Trouble = {
  step: string
  fault: Fault
  /** How often in a row; `until told`: until the client has been told to come again, or very often. */
  times: number | 'until told'
}

/**
 * One upload for each trouble, onto an S3 in which that step of it goes wrong: each becomes the file that was sent, and
 * nothing else is left in the bucket.
 *
 * @returns how many requests of a client were answered with 503
 */
export async function sendThroughEach(troubles: readonly Trouble[]): Promise<{ refusals: number }> {
  const ceph = await sharedCeph()
  const proxy = await startFaultProxy(ceph.port)
  const bucket = await ceph.makeBucket()
  const url = ceph.url(bucket).replace(`:${ceph.port}/`, `:${proxy.port}/`)
  const world = await openWorld({ STORAGE_URL: url, UPLOADS_PER_MINUTE: '10000' })
  try {
    const tenant = await world.makeTenant()
    let refusals = 0
    for (const { step, fault, times } of troubles) {
      const about = `${fault} at ${step}`
      const before = proxy.counts.get(fault) ?? 0
      let left = times === 'until told' ? MOST_FAULTS : times
      proxy.faultOf = (request) => (STEPS[step]?.(request) && left-- > 0 ? fault : undefined)
      const bytes = randomBytes(FILE_BYTES)
      const sent = await sendOne(tenant, bytes, about, () => (left = 0))
      proxy.faultOf = () => undefined
      assert.ok((proxy.counts.get(fault) ?? 0) > before, `${about}: nothing went wrong`)
      // Other faults may pass without the client: what was done is found out, and an end fails behind.
      if (times === 'until told' && fault === 'error') assert.ok(sent.refusals > 0, `${about}: nobody was told`)
      assert.equal(sha256Of((await tenant.tus.content(sent.fileId)).body), sha256Of(bytes), about)
      refusals += sent.refusals
    }
    await requireNothingElse(world, tenant, troubles.length)
    const { Uploads = [] } = await ceph.client().send(new ListMultipartUploadsCommand({ Bucket: bucket }))
    assert.deepEqual(Uploads, [], 'uploads in parts that nobody ended')
    return { refusals }
  } finally {
    await world.t.stop()
    await proxy.stop()
  }
}

/** As any client does: asks where it stands, and sends the next piece. */
async function sendOne(
  { tus, organizationId }: Tenant,
  bytes: Buffer,
  about: string,
  onRefused: () => void,
): Promise<{ fileId: string; refusals: number }> {
  const path = pathOf(await tus.create({ length: bytes.length, organizationId }))
  let refusals = 0
  const hear = (reply: Reply): string | undefined => {
    assert.ok(PASSING.includes(reply.status), `${reply.status} ${reply.body.toString()}`)
    if (reply.status === 503) {
      refusals += 1
      onRefused()
    }
    return reply.headers['trove-file-id'] as string | undefined
  }
  for (let requests = 0; requests < MOST_REQUESTS; requests++) {
    const head = await tus.head(path)
    let fileId = hear(head)
    const offset = Number(head.headers['upload-offset'])
    if (fileId === undefined && head.status === 200 && offset < bytes.length)
      fileId = hear(await tus.patch(path, offset, bytes.subarray(offset, offset + CHUNK_BYTES)))
    if (fileId !== undefined) return { fileId, refusals }
  }
  return assert.fail(`${about}: it never became a file`)
}

async function requireNothingElse(world: World, tenant: Tenant, files: number): Promise<void> {
  assert.deepEqual(await quotaOf(world, tenant), { used: files * FILE_BYTES, reserved: 0, files })
  const { objects } = world.t.platform
  // The answer to a beginning that was lost: nobody knows of those parts but the store.
  const swept = await sweep(world.t.platform, { graceMs: 0 })
  assert.deepEqual([swept.missing, swept.objectsRemoved], [[], 0])
  assert.deepEqual(await Array.fromAsync(objects.staging.list()), [])
  assert.equal((await Array.fromAsync(objects.list())).length, files)
}
