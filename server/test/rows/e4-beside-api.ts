import { setTimeout as delay } from 'node:timers/promises'
import { childrenOf, heldBytes } from '../../src/platform/process/memory.ts'
import { hammer, withTrove } from '../load.ts'
import { signUp, type Person } from '../server.ts'
import { pathOf } from '../tus.ts'
import type { bombs } from './e4-bombs.ts'
import { settle } from './e3-through-api.ts'

const CONNECTIONS = 10
/** How long is asked at a time; as often as it takes until everything has ended. */
const SECONDS = 5
const LOOK_EVERY_MS = 50

export type Beside = {
  files: number
  refused: number
  /** The worst of all stretches. */
  p99Ms: number
  requests: number
  failures: number
  stuck: number
  /** What one media child, and all together, held at most. */
  largestBytes: number
  togetherBytes: number
}

/** E4: bombs sent to an installation as people send files, and what somebody else waits for answers of its API meanwhile. */
export function explodeBesideApi(chosen: typeof bombs): Promise<Beside> {
  return withTrove(['api', 'worker'], async ({ api, worker, databaseUrl }) => {
    const [sender, reader] = [await signUp(api.origin), await signUp(api.origin)]
    const peak = watchChildren(worker?.pid ?? 0)
    let isOver = false
    const reading = read(api.origin, reader, () => isOver)
    const sent = await sendAll(sender, chosen)
    const { stuck } = await settle(databaseUrl)
    isOver = true
    return { ...sent, ...(await reading), stuck, ...peak() }
  })
}

async function sendAll({ tus, organizationId }: Person, chosen: typeof bombs) {
  const sent = { files: 0, refused: 0 }
  for (const [name, make] of chosen) {
    const bytes = await make()
    const filename = `${name.replaceAll(/[^\w ]/g, '')}.${name.slice(0, 4).trim().toLowerCase()}`
    const created = await tus.create({ length: bytes.length, organizationId, filename })
    const answer = created.status === 201 ? await tus.patch(pathOf(created), 0, bytes) : created
    if (answer.status === 204) sent.files++
    else if (answer.status === 415 || answer.status === 422) sent.refused++
    else throw new Error(`${name}: ${answer.status} ${answer.body.toString().slice(0, 200)}`)
  }
  return sent
}

async function read(origin: string, { organizationId, authorization }: Person, isOver: () => boolean) {
  const url = `${origin}/api/organizations/${organizationId}/files`
  const sum = { p99Ms: 0, requests: 0, failures: 0 }
  do {
    const load = await hammer(url, authorization, { connections: CONNECTIONS, seconds: SECONDS })
    sum.p99Ms = Math.max(sum.p99Ms, load.p99Ms)
    sum.requests += load.requestsPerSecond * SECONDS
    sum.failures += load.failures + load.timeouts
  } while (!isOver())
  return sum
}

function watchChildren(worker: number): () => Pick<Beside, 'largestBytes' | 'togetherBytes'> {
  const peak = { largestBytes: 0, togetherBytes: 0 }
  const stop = new AbortController()
  void (async () => {
    while (!stop.signal.aborted) {
      const held = childrenOf(worker).map((pid) => heldBytes(pid) ?? 0)
      peak.largestBytes = Math.max(peak.largestBytes, ...held)
      peak.togetherBytes = Math.max(
        peak.togetherBytes,
        held.reduce((sum, each) => sum + each, 0),
      )
      await delay(LOOK_EVERY_MS)
    }
  })()
  return () => {
    stop.abort()
    return peak
  }
}
