import assert from 'node:assert/strict'
import { ListMultipartUploadsCommand } from '@aws-sdk/client-s3'
import { setTimeout as delay } from 'node:timers/promises'
import { begin, compare, openRig, type Rig, type ServerProcess, type Tracked } from '../crash-rig.ts'
import { startCeph } from '../services/ceph.ts'
import { sometimes, startFaultProxy } from '../services/fault-proxy.ts'

const MIB = 1024 * 1024
const CHUNK = 6 * MIB
/** What a client may be told of a store that fails: try again, in one way or another. */
const PASSING = [204, 409, 503]

/**
 * A13: three of ten requests to S3 fail in every way (errors, throttling, resets, lost and cut answers, silence), while
 * people upload. What was acknowledged is whole, and after the sweep nothing else is in the bucket.
 */
export async function uploadThroughFaults(about: {
  files: number
  atOnce: number
  maxBytes: number
  seed: number
}): Promise<{ faults: number; requests: number; refusals: number }> {
  const ceph = await startCeph()
  const proxy = await startFaultProxy(ceph.port)
  const bucket = await ceph.makeBucket()
  const url = ceph.url(bucket).replace(`:${ceph.port}/`, `:${proxy.port}/`)
  const rig = await openRig({ STORAGE_URL: url })
  try {
    const server = await rig.start({ LOG_LEVEL: 'silent' })
    proxy.faultOf = sometimes(30, about.seed)
    const uploads: Tracked[] = []
    let refusals = 0
    const lane = async () => {
      while (uploads.length < about.files) {
        const upload = await begin(rig, server, sizeOf(uploads.length, about.maxBytes))
        uploads.push(upload)
        refusals += await untilFile(rig, server, upload)
      }
    }
    await Promise.all(Array.from({ length: about.atOnce }, lane))
    proxy.faultOf = () => undefined
    await compare(rig, server, uploads)
    const { Uploads = [] } = await ceph.client().send(new ListMultipartUploadsCommand({ Bucket: bucket }))
    assert.deepEqual(Uploads, [], 'uploads in parts that nobody aborted')
    const through = proxy.counts.get('through') ?? 0
    const requests = [...proxy.counts.values()].reduce((sum, count) => sum + count, 0)
    return { faults: requests - through, requests, refusals }
  } finally {
    await rig.stop()
    await proxy.stop()
    await ceph.stop()
  }
}

/** Every third is a photograph, every third a little more than a part, every third anything. */
function sizeOf(index: number, maxBytes: number): number {
  const sizes = [300_000 + index, Math.min(maxBytes, 9 * MIB + index), 1 + ((index * 7_919_993) % maxBytes)]
  return sizes[index % sizes.length] ?? 1
}

/** As a client does: asks where it stands, sends the rest, and when it is told to wait, waits. How often it was told. */
async function untilFile(rig: Rig, server: ServerProcess, upload: Tracked): Promise<number> {
  const tus = rig.client(server)
  for (let refusals = 0; refusals < 200;) {
    const head = await tus.head(upload.path)
    const fileId = head.headers['trove-file-id']
    if (typeof fileId === 'string') {
      upload.fileId = fileId
      return refusals
    }
    const offset = Number(head.headers['upload-offset'])
    if (head.status !== 200 || offset === upload.bytes.length) {
      assert.ok([200, 503].includes(head.status), `HEAD: ${head.status}`)
      refusals += 1
      await delay(200)
      continue
    }
    const sent = await tus.patch(upload.path, offset, upload.bytes.subarray(offset, offset + CHUNK))
    assert.ok(PASSING.includes(sent.status), `PATCH: ${sent.status} ${sent.body.toString()}`)
    if (sent.status !== 204) refusals += 1
    if (sent.status === 503) assert.ok(Number(sent.headers['retry-after']) > 0)
  }
  throw new Error('an upload never became a file')
}
