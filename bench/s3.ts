import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { Readable } from 'node:stream'
import { Upload } from '@aws-sdk/lib-storage'
import { openRig, type Rig, type ServerProcess } from '../server/test/crash-rig.ts'
import { startCeph, withoutCeph, type Ceph } from '../server/test/services/ceph.ts'
import { pathOf, tusClient } from '../server/test/tus.ts'
import { planFor } from '../server/src/platform/objects/object-store.suite.ts'
import { openS3Store } from '../server/src/platform/objects/s3.ts'
import type { Line } from './uploads.ts'

// What the way onto S3 costs, against AWS's own uploader to the same gateway in the same run: trust the ratios.

const MIB = 1024 * 1024
const SIZE = 256 * MIB
const CHUNK_BYTES = 64 * MIB
const ROUNDS = 3
const SMALL_FILES = 200
const SMALL_BYTES = 20_000
const AT_ONCE = 16

/** Needs a Ceph and TEST_DATABASE_URL; about a minute. */
export async function benchS3(): Promise<Line[]> {
  if (withoutCeph) throw new Error(withoutCeph)
  const ceph = await startCeph()
  const bucket = await ceph.makeBucket()
  const onS3 = await openRig({ STORAGE_URL: ceph.url(bucket) })
  const onDisk = await openRig()
  try {
    const [s3, disk] = [await onS3.start(), await onDisk.start()]
    return [...(await benchLarge(ceph, bucket, { rig: onS3, server: s3 })), await benchSmall(onS3, s3, onDisk, disk)]
  } finally {
    await onS3.stop()
    await onDisk.stop()
    await ceph.stop()
  }
}

async function benchLarge(
  ceph: Ceph,
  bucket: string,
  { rig, server }: { rig: Rig; server: ServerProcess },
): Promise<Line[]> {
  const [tus, peer, direct]: [number[], number[], number[]] = [[], [], []]
  const cpu: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    peer.push(await rateOf(() => sendByPeer(ceph, bucket, `peer-${round}`)))
    const before = cpuSeconds(server.child.pid ?? 0)
    tus.push(await rateOf(() => sendByTus(rig, server)))
    cpu.push(((cpuSeconds(server.child.pid ?? 0) - before) / SIZE) * 1024 * MIB)
    direct.push(await rateOf(() => sendDirectly(ceph, bucket)))
  }
  console.log(`  (the API took ${median(cpu).toFixed(1)} s of CPU a GiB)`)
  return [
    lineOf('256 MiB by tus onto S3 with SHA-256, against lib-storage that hashes nothing', tus, peer),
    lineOf('256 MiB by signed addresses past Trove, against lib-storage', direct, peer),
  ]
}

async function benchSmall(onS3: Rig, s3: ServerProcess, onDisk: Rig, disk: ServerProcess): Promise<Line> {
  const [value, limit] = [await filesPerSecond(onS3, s3), await filesPerSecond(onDisk, disk)]
  const name = `${SMALL_FILES} files of 20 KB onto S3, ${AT_ONCE} in parallel, against the same onto the disk`
  return { name, value, limit, ratio: value / limit, unit: 'files/s' }
}

async function filesPerSecond(rig: Rig, { origin }: ServerProcess): Promise<number> {
  const tus = tusClient(origin, rig.authorization)
  const contents = Array.from({ length: SMALL_FILES }, () => randomBytes(SMALL_BYTES))
  const startedAt = performance.now()
  const lane = async () => {
    for (let bytes = contents.pop(); bytes !== undefined; bytes = contents.pop()) {
      const reply = await tus.create({ length: bytes.length, organizationId: rig.organizationId }, bytes)
      if (reply.status !== 201) throw new Error(`${reply.status} ${reply.body.toString()}`)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, lane))
  return SMALL_FILES / ((performance.now() - startedAt) / 1000)
}

async function sendByTus(rig: Rig, { origin }: ServerProcess): Promise<void> {
  const tus = tusClient(origin, rig.authorization)
  const path = pathOf(await tus.create({ length: SIZE, organizationId: rig.organizationId }))
  const chunk = randomBytes(CHUNK_BYTES)
  for (let at = 0; at < SIZE; at += CHUNK_BYTES) {
    const reply = await tus.patch(path, at, chunk)
    if (reply.status !== 204) throw new Error(`${reply.status} ${reply.body.toString()}`)
  }
}

async function sendByPeer(ceph: Ceph, Bucket: string, Key: string): Promise<void> {
  const piece = randomBytes(MIB)
  const Body = Readable.from(Array.from({ length: SIZE / MIB }, () => piece))
  const upload = new Upload({ client: ceph.client(), params: { Bucket, Key, Body }, partSize: 8 * MIB, queueSize: 4 })
  await upload.done()
}

async function sendDirectly(ceph: Ceph, bucket: string): Promise<void> {
  const store = await openS3Store(ceph.options(bucket, { publicUrl: `http://127.0.0.1:${ceph.port}` }))
  const { direct, staging } = store
  if (direct === undefined) throw new Error('there is no way past')
  const [id, key] = [crypto.randomUUID(), store.newKey({ family: 'files', role: 'originals', extension: 'bin' })]
  const { partBytes, partCount } = await direct.begin(id, planFor(key, SIZE))
  const part = randomBytes(partBytes)
  const numbers = Array.from({ length: partCount }, (_, at) => at + 1)
  const lane = async () => {
    for (let number = numbers.shift(); number !== undefined; number = numbers.shift()) {
      const { url } = await direct.signPart(id, number, 600)
      const reply = await fetch(url, { method: 'PUT', body: part })
      if (!reply.ok) throw new Error(`${reply.status}`)
    }
  }
  await Promise.all(Array.from({ length: 4 }, lane))
  await direct.collect(id)
  await staging.adopt(id, key)
  await store.close()
}

async function rateOf(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now()
  await work()
  return SIZE / MIB / ((performance.now() - startedAt) / 1000)
}

/** User and system time that a process has had, in seconds. */
function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) / 100
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0

function lineOf(name: string, values: readonly number[], limits: readonly number[]): Line {
  const [value, limit] = [median(values), median(limits)]
  return { name, value, limit, ratio: value / limit, unit: 'MiB/s' }
}
