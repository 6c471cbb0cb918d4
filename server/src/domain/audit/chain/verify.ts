import type { Db } from '../../../platform/db/index.ts'
import { isSame, leafOf, NOTHING_BEFORE, pruningProof, readLeaves, sealMac, type Leaf } from './hashes.ts'
import type { ChainHead } from './operations.ts'
import * as store from './store.ts'

/** What is wrong with the trail. Numbers are those of lines, or of seals where the kind says so. */
export type TrailFault = {
  kind: 'line changed' | 'line missing' | 'line inserted' | 'seal broken' | 'seals missing' | 'pruning forged'
  number: number
  /** When the line was recorded, as far as that is known. */
  at?: string
  says: string
}

export type Verification = {
  seals: number
  lines: number
  /** Recorded, and not sealed yet: what is changed among them cannot be told. */
  unsealed: { count: number; since: string | undefined }
  /** What ends before this day was dropped by policy. */
  prunedBefore: string | undefined
  head: ChainHead | undefined
  faults: TrailFault[]
  /** There are more faults than are told one by one. */
  isCut: boolean
}

const SEALS_AT_A_TIME = 20
const MOST_FAULTS = 1_000
const MICROS = 1_000

/** Reads the whole trail and its seals, and says what does not fit. It changes nothing. */
export async function verifyTrail(db: Db, key: Uint8Array, remembered?: ChainHead): Promise<Verification> {
  const report = {
    seals: 0,
    lines: 0,
    unsealed: { count: 0, since: undefined as string | undefined },
    prunedBefore: undefined as string | undefined,
    head: undefined as ChainHead | undefined,
    faults: [] as TrailFault[],
    isCut: false,
  }
  const tell = (fault: TrailFault) => {
    if (report.faults.length < MOST_FAULTS) report.faults.push(fault)
    else report.isCut = true
  }
  const pruning = judgePrunings(await store.listPrunings(db), key, tell)
  report.prunedBefore = pruning.before
  const prunedMicros = pruning.before === undefined ? 0 : Date.parse(`${pruning.before}T00:00:00Z`) * MICROS

  let last: { number: number; uptoNumber: number; mac: Buffer } | undefined
  for (let from = 0; ;) {
    const seals = await store.listSeals(db, from, SEALS_AT_A_TIME)
    for (const seal of seals) {
      judgeSeal(seal, last ?? pruning, key, tell)
      if (last === undefined) await judgeLinesBefore(db, seal.afterNumber, tell)
      const leaves = readLeaves(seal.leaves)
      const lines = await linesOf(db, seal)
      judgeLines(leaves, lines, prunedMicros, tell)
      report.seals += 1
      report.lines += lines.length
      last = seal
      if (remembered?.number === seal.number && remembered.mac !== seal.mac.toString('hex'))
        tell({ kind: 'seal broken', number: seal.number, says: 'is not the seal that this machine remembers' })
    }
    if (seals.length < SEALS_AT_A_TIME) break
    from = (last?.number ?? 0) + 1
  }
  if (remembered !== undefined && remembered.number > (last?.number ?? 0))
    tell({
      kind: 'seals missing',
      number: remembered.number,
      says: `the chain ends at seal ${last?.number ?? 0}, and this machine remembers seal ${remembered.number}: the end was cut off, or an older backup was restored`,
    })
  const waiting = await store.countLinesAfter(db, last?.uptoNumber ?? 0)
  report.unsealed = { count: waiting.count, since: waiting.since?.toISOString() }
  if (last !== undefined) report.head = { number: last.number, mac: last.mac.toString('hex') }
  return report
}

type Tell = (fault: TrailFault) => void
type Before = { number: number; mac: Buffer; uptoNumber?: number }

/** What the first seal that is left must follow. Only Trove can prove that it dropped what came before. */
function judgePrunings(
  prunings: readonly Record<string, unknown>[],
  key: Uint8Array,
  tell: Tell,
): Before & { before: string | undefined } {
  let believed: Before & { before: string | undefined } = { number: 0, mac: NOTHING_BEFORE, before: undefined }
  for (const facts of prunings) {
    const said = {
      before: String(facts['before']),
      lastSeal: Number(facts['lastSeal']),
      lastMac: String(facts['lastMac']),
    }
    if (!isSame(pruningProof(key, said), Buffer.from(String(facts['proof']), 'hex'))) {
      tell({
        kind: 'pruning forged',
        number: said.lastSeal,
        says: `says that what was before ${said.before} was dropped`,
      })
      continue
    }
    if (believed.before === undefined || said.before > believed.before)
      believed = { number: said.lastSeal, mac: Buffer.from(said.lastMac, 'hex'), before: said.before }
  }
  return believed
}

function judgeSeal(seal: store.SealRow, before: Before, key: Uint8Array, tell: Tell) {
  const { number } = seal
  if (number !== before.number + 1) {
    const missing = number === before.number + 2 ? `seal ${number - 1}` : `seals ${before.number + 1} to ${number - 1}`
    tell({ kind: 'seals missing', number: before.number + 1, says: `${missing} cannot be found` })
  } else if (!isSame(seal.previous, before.mac))
    tell({ kind: 'seal broken', number, says: 'does not follow the seal before it' })
  else if (before.uptoNumber !== undefined && seal.afterNumber !== before.uptoNumber)
    tell({ kind: 'seal broken', number, says: 'leaves lines between it and the seal before' })
  if (!isSame(sealMac(key, seal, seal.leaves), seal.mac))
    tell({ kind: 'seal broken', number, says: 'was not made with the key of this installation, or was changed' })
}

/** Lines that are numbered before everything that is sealed: nobody but a forger makes them. */
async function judgeLinesBefore(db: Db, afterNumber: number, tell: Tell) {
  const lowest = Number.MIN_SAFE_INTEGER
  for (const line of await store.listLines(db, lowest, afterNumber, MOST_FAULTS)) tell(inserted(line))
}

async function linesOf(db: Db, { afterNumber, uptoNumber }: store.SealRow): Promise<Leaf[]> {
  const leaves: Leaf[] = []
  const batch = 2_000
  for (let after = afterNumber; ;) {
    const lines = await store.listLines(db, after, uptoNumber, batch)
    leaves.push(...lines.map(leafOf))
    if (lines.length < batch) return leaves
    after = lines.at(-1)?.number ?? uptoNumber
  }
}

/** Both in the order of their numbers. */
function judgeLines(sealed: readonly Leaf[], found: readonly Leaf[], prunedMicros: number, tell: Tell) {
  const unexpected = new Map<number, Leaf[]>()
  for (const line of found) unexpected.set(line.number, [...(unexpected.get(line.number) ?? []), line])
  for (const leaf of sealed) {
    const same = unexpected.get(leaf.number) ?? []
    const i = same.findIndex(({ hash }) => isSame(hash, leaf.hash))
    if (i >= 0) same.splice(i, 1)
    else if (same.length > 0) tell({ ...of(same.pop() ?? leaf), kind: 'line changed', says: 'is not what was sealed' })
    else if (leaf.atMicros >= prunedMicros) tell({ ...of(leaf), kind: 'line missing', says: 'was sealed and is gone' })
  }
  for (const line of [...unexpected.values()].flat()) tell(inserted(line))
}

const of = ({ number, atMicros }: { number: number; atMicros: number }) => ({
  number,
  at: new Date(Math.floor(atMicros / MICROS)).toISOString(),
})

const inserted = (line: { number: number; atMicros: number }): TrailFault => ({
  ...of(line),
  kind: 'line inserted',
  says: 'was put among lines that were sealed without it',
})
