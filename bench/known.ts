import { createHash, randomBytes } from 'node:crypto'
import type { KnownBytes } from '@trove/contract/known-bytes'
import { openRig, type Rig, type ServerProcess } from '../server/test/crash-rig.ts'
import { jsonOf } from '../server/test/server.ts'
import { ask, sha256Of, tusClient } from '../server/test/tus.ts'
import type { Line } from './uploads.ts'

const MIB = 1024 * 1024
const BYTES = 64 * MIB
const ROUNDS = 10

/** A file of bytes that are here already: by showing that one has them, against hashing them alone and against sending them again. */
export async function benchKnown(): Promise<Line[]> {
  const rig = await openRig()
  const server = await rig.start()
  try {
    const bytes = randomBytes(BYTES)
    await send(rig, server, bytes)
    const [shown, hashed, sent]: number[][] = [[], [], []]
    for (let round = 0; round < ROUNDS; round++) {
      hashed?.push(await timeOf(async () => void sha256Of(bytes)))
      shown?.push(await timeOf(() => show(rig, server, bytes)))
      sent?.push(await timeOf(() => send(rig, server, bytes)))
    }
    return [
      line('64 MiB that are known, hash and proof and file, against the hash of them alone', shown, hashed),
      line('64 MiB that are known, against sending them again', shown, sent),
    ]
  } finally {
    await server.kill()
    await rig.stop()
  }
}

async function show({ organizationId, authorization }: Rig, { origin }: ServerProcess, bytes: Buffer): Promise<void> {
  const post = (path: string, body: unknown) =>
    ask(origin, jsonOf('POST', `/api/organizations/${organizationId}${path}`, body, authorization))
  const asked = await post('/known-bytes', { sha256: sha256Of(bytes), sizeBytes: bytes.length })
  const { proof } = asked.json() as unknown as KnownBytes
  if (proof === undefined) throw new Error(`not known: ${asked.body.toString()}`)
  const answer = createHash('sha256').update(Buffer.from(proof.nonce, 'hex'))
  for (const { first, last } of proof.ranges) answer.update(bytes.subarray(first, last + 1))
  const claim = { challenge: proof.challenge, answer: answer.digest('hex'), filename: 'known.bin' }
  const added = await post('/known-bytes/files', claim)
  if (added.status !== 201) throw new Error(added.body.toString())
}

async function send({ organizationId, authorization }: Rig, { origin }: ServerProcess, bytes: Buffer): Promise<void> {
  const reply = await tusClient(origin, authorization).create({ length: bytes.length, organizationId }, bytes)
  if (reply.status !== 201) throw new Error(reply.body.toString())
}

async function timeOf(work: () => Promise<void>): Promise<number> {
  const startedAt = performance.now()
  await work()
  return performance.now() - startedAt
}

function line(name: string, ours: number[] = [], limits: number[] = []): Line {
  const [value, limit] = [median(ours), median(limits)]
  return { name, value, limit, ratio: value / limit, unit: 'ms' }
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN
