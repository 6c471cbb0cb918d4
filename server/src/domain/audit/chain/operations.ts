import { inTransaction, type Db } from '../../../platform/db/index.ts'
import type { Platform } from '../../../platform/platform.ts'
import { record, recordSecurityEvent } from '../record.ts'
import { leafOf, NOTHING_BEFORE, pruningProof, sealMac, writeLeaves } from './hashes.ts'
import * as store from './store.ts'

type Machines = Pick<Platform, 'db' | 'keys'>

/** Lines of one seal. */
const BATCH = 2_000

/** Where the chain ends: kept outside the database, so that an end which was cut off is missed. */
export type ChainHead = { number: number; mac: string }

/** What is known to be final: every line up to `number`, once all transactions before `xid` have ended. */
type Horizon = { number: number; xid: string }

/**
 * Seals what has been recorded, a step at a time: a step notes how far numbers have been given out, and a later one
 * seals up to there when every transaction of that moment has ended. So nobody who records waits for a seal, and a seal
 * never misses a line that commits late.
 */
export function createSealer({ db, keys }: Machines): { step(): Promise<ChainHead | undefined> } {
  let horizon: Horizon | undefined
  let settled = 0
  return {
    async step() {
      let head: ChainHead | undefined
      if (horizon !== undefined && (await store.haveEndedBefore(db, horizon.xid))) {
        head = await sealUpTo({ db, keys }, horizon.number)
        settled = horizon.number
        horizon = undefined
      }
      const number = horizon === undefined ? await store.getLastNumber(db) : 0
      // The number is read before the transaction id is drawn: lines that come between have a higher number.
      if (number > settled) horizon = { number, xid: await store.newTransactionId(db) }
      return head
    },
  }
}

/** Seals all lines up to a number that are not sealed yet. All of them must be final. */
async function sealUpTo({ db, keys }: Machines, horizon: number): Promise<ChainHead | undefined> {
  let head: ChainHead | undefined
  for (let isMore = true; isMore;) {
    isMore = await inTransaction(db, async (tx) => {
      await store.lockChain(tx)
      const last = await store.getLastSeal(tx)
      const afterNumber = last?.uptoNumber ?? 0
      const lines = afterNumber < horizon ? await store.listLines(tx, afterNumber, horizon, BATCH) : []
      if (lines.length === 0) return false
      const leaves = writeLeaves(lines.map(leafOf))
      const seal = {
        number: (last?.number ?? 0) + 1,
        at: await store.getNow(tx),
        afterNumber,
        uptoNumber: lines.length === BATCH ? (lines.at(-1)?.number ?? horizon) : horizon,
        lineCount: lines.length,
        previous: last?.mac ?? NOTHING_BEFORE,
      }
      const mac = sealMac(keys.trail, seal, leaves)
      await store.insertSeal(tx, { ...seal, leaves, mac })
      head = { number: seal.number, mac: mac.toString('hex') }
      return lines.length === BATCH
    })
  }
  return head
}

/**
 * Drops the months that are older than the policy keeps, and tells the trail so, with a proof that it was Trove.
 *
 * @param keepMonths  whole months besides the present one; 0 keeps everything
 * @returns the partitions that were dropped
 */
export async function pruneTrail({ db, keys }: Machines, keepMonths: number, now = new Date()): Promise<string[]> {
  if ((await listPrunable({ db }, keepMonths, now)).length === 0) return []
  const before = firstKept(keepMonths, now)
  return inTransaction(db, async (tx) => {
    await store.lockChain(tx)
    const last = (await store.getLastSealBefore(tx, before)) ?? (await getLastPruned(tx))
    const dropped = await store.dropMonths(tx, before)
    const said = { before, lastSeal: last?.number ?? 0, lastMac: (last?.mac ?? NOTHING_BEFORE).toString('hex') }
    const facts = { ...said, keepMonths, dropped, proof: pruningProof(keys.trail, said).toString('hex') }
    await record(tx, { kind: 'system', reason: 'policy' }, 'activity.pruned', { facts })
    await recordSecurityEvent(tx, 'info', 'activity.pruned', { facts: { before, keepMonths } })
    return dropped
  })
}

/** What pruning would drop now. */
export async function listPrunable(
  { db }: Pick<Machines, 'db'>,
  keepMonths: number,
  now = new Date(),
): Promise<string[]> {
  return keepMonths === 0 ? [] : store.listMonthsBefore(db, firstKept(keepMonths, now))
}

const firstKept = (keepMonths: number, now: Date): string =>
  new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - keepMonths, 1)).toISOString().slice(0, 10)

/** No seal goes this time; what went before is still what the first seal that is left follows. */
async function getLastPruned(db: Db): Promise<{ number: number; mac: Buffer } | undefined> {
  const last = (await store.listPrunings(db)).at(-1)
  if (last === undefined) return undefined
  return { number: Number(last['lastSeal']), mac: Buffer.from(String(last['lastMac']), 'hex') }
}
