import { changed, sealerOf } from './framed-layout.ts'
import { SHUT } from './framed-cipher.ts'
import { ownerOfLedger, removeLedger, type Ledger, type Located } from './framed-ledger.ts'
import { locate, measure, openLedgerOf } from './framed-locate.ts'
import { framedBytes, type Staged } from './framed-staged.ts'
import { createRunTable } from './framed-table.ts'
import { beginObject, endingOf } from './framed-write.ts'
import type { KeyRing } from './key-ring.ts'
import { isFramedKey } from './object-key.ts'
import {
  ObjectExists,
  type ObjectFacts,
  type ObjectStore,
  type StagedBytes,
  type Staging,
  type StagingPlan,
} from './object-store.ts'

/** What is staged in frames says so by its id in the store, as objects do by their key. */
const SUFFIX = '-framed'
const ID = /^[a-z0-9-]{1,60}$/

function framedId(id: string): string {
  if (!ID.test(id)) throw new RangeError(`not a staging id: ${JSON.stringify(id)}`)
  return id + SUFFIX
}

/** Tables of what is staged, kept so that going on need not walk through the runs each time. */
const MOST_KNOWN = 512
/** Where runs come in any length nobody knows how long the object will be; almost always it is less than this. */
const storedAtMost = (plainBytes: number) => plainBytes + Math.ceil(plainBytes / 16) + 1024 * 1024

type Parts = {
  keys: KeyRing
  isWorthPacking(key: string): boolean
  /** How many plain bytes the object of this key has. */
  plainBytesOf(key: string): Promise<number>
}

/** Staging of a store, in frames for those keys that say so. */
export function createFramedStaging(store: ObjectStore, parts: Parts): Staging {
  const inner = store.staging
  const known = createKnown()
  const inTurn = createTurns()
  const context: Context = { ...parts, store, inner, known }

  return {
    readsBack: inner.readsBack,
    // What is staged is a little longer than what was sent.
    wholeBytes: inner.readsBack ? inner.wholeBytes : Math.floor(inner.wholeBytes * 0.99) - 4096,

    open: async (id, plan) =>
      isFramedKey(plan.key()) ? inTurn(id, () => openFramed(context, id, plan)) : inner.open(id, plan),

    async sizeBytes(id) {
      const found = known.get(id)
      const plainBytes = found === undefined ? await inner.sizeBytes(id) : undefined
      const storedBytes = plainBytes === undefined ? await inner.sizeBytes(framedId(id)) : undefined
      if (storedBytes === undefined) return plainBytes
      if (found !== undefined && (found.writers > 0 || found.table.storedEnd() === storedBytes))
        return found.table.plainBytes()
      return inTurn(id, async () => {
        const located = await measure(inner, id, framedId(id))
        if (located !== undefined && found === undefined) known.keep(id, idle(located))
        return located?.table.plainBytes() ?? 0
      })
    },

    adopt: (id, key) => inTurn(id, () => adopt(context, id, key)),

    async remove(id) {
      known.forget(id)
      const ledger = inner.readsBack ? undefined : removeLedger(inner, id)
      await Promise.all([inner.remove(framedId(id)), inner.remove(id), ledger])
    },

    async *list() {
      for await (const each of inner.list()) {
        const owner = ownerOfLedger(each.id)
        if (owner !== undefined && (await inner.sizeBytes(framedId(owner))) !== undefined) continue
        yield { ...each, id: owner ?? (each.id.endsWith(SUFFIX) ? each.id.slice(0, -SUFFIX.length) : each.id) }
      }
    },
  }
}

type Context = Parts & { store: ObjectStore; inner: Staging; known: ReturnType<typeof createKnown> }

async function openFramed(context: Context, id: string, plan: StagingPlan): Promise<StagedBytes> {
  const { inner, known } = context
  const lengthBytes = plan.lengthBytes === undefined ? undefined : storedAtMost(plan.lengthBytes)
  const bytes = await inner.open(framedId(id), { ...plan, lengthBytes })
  try {
    const ledger = openLedgerOf(inner, id, plan)
    const staged = await share(context, { id, bytes, ledger }, plan)
    staged.handles += 1
    known.keep(id, staged)
    const isWorthPacking = () => context.isWorthPacking(plan.key())
    return framedBytes({ id, staged, inner: bytes, ledger, isWorthPacking })
  } catch (error) {
    await bytes.close()
    throw error
  }
}

async function adopt(context: Context, id: string, key: string): Promise<ObjectFacts> {
  const { inner, store, known, plainBytesOf } = context
  if (!isFramedKey(key)) return inner.adopt(id, key)
  const isFramed = (await inner.sizeBytes(framedId(id))) !== undefined
  if (!isFramed && (await inner.sizeBytes(id)) !== undefined)
    throw new Error(`what is staged as ${id} came as it is and cannot become ${key}, which is kept in frames`)
  if (isFramed && (await store.head(key)) !== undefined) throw new ObjectExists(key)
  const ended = isFramed ? await endObject(context, id, key) : undefined
  const facts = await inner.adopt(framedId(id), key)
  if (ended?.hasLedger !== false) await removeLedger(inner, id)
  known.forget(id)
  return { ...facts, sizeBytes: ended?.plainBytes ?? (await plainBytesOf(key)) }
}

/** What is known of it in this process, brought up to date with what is in the store. */
async function share(
  { inner, keys, known }: Context,
  { id, bytes, ledger }: { id: string; bytes: StagedBytes; ledger: Ledger },
  plan: StagingPlan,
): Promise<Staged> {
  const before = known.get(id)
  if (before !== undefined && before.writers > 0) return before
  const found = await locate(bytes, ledger, { readsBack: inner.readsBack, before })
  const isOpen = before !== undefined && before.handles > 0
  // Two who open what is not there yet begin it together.
  if (found === undefined && isOpen && before.table.plainBytes() === 0) return before
  const now =
    found === undefined
      ? { ...(await beginObject(keys, plan.organizationId, plan.key())), table: createRunTable(), isClean: false }
      : { ...found, sealer: await sealerOf(keys, `staged as ${id}`, found.header) }
  return isOpen ? Object.assign(before, now) : { ...now, handles: 0, writers: 0 }
}

/** Writes index and footer behind the last run, in the place of whatever an attempt before left there. */
async function endObject(
  { inner, keys, known }: Context,
  id: string,
  key: string,
): Promise<{ plainBytes: number; hasLedger: boolean }> {
  const about = { organizationId: '', lengthBytes: undefined, key: () => key }
  const ledger = openLedgerOf(inner, id, about)
  const bytes = await inner.open(framedId(id), about)
  try {
    const found = await locate(bytes, ledger, { readsBack: inner.readsBack, before: known.get(id) })
    if (found === undefined) throw changed(`staged as ${id}`, 'it has no beginning')
    const { header, table } = found
    const sealer = await sealerOf(keys, `staged as ${id}`, header)
    if (bytes.sizeBytes > table.storedEnd()) await bytes.truncate(table.storedEnd())
    await bytes.write(endingOf(key, { header, table, sealer }), table.storedEnd())
    return { plainBytes: table.plainBytes(), hasLedger: ledger.isThere() }
  } finally {
    await ledger.close()
    await bytes.close()
  }
}

/** Known, and open nowhere. */
const idle = (located: Located): Staged => ({ ...located, sealer: SHUT, handles: 0, writers: 0 })

/** The tables of what was staged last, and of all that is open. */
function createKnown() {
  const known = new Map<string, Staged>()
  return {
    get: (id: string): Staged | undefined => known.get(id),
    forget: (id: string) => void known.delete(id),
    keep(id: string, staged: Staged): void {
      known.delete(id)
      known.set(id, staged)
      for (const [oldest, { handles }] of known) {
        if (known.size <= MOST_KNOWN) return
        if (handles === 0) known.delete(oldest)
      }
    },
  }
}

/** One after the other for each id: two who open the same at once would find it out twice. */
function createTurns(): <T>(id: string, work: () => Promise<T>) => Promise<T> {
  const turns = new Map<string, Promise<unknown>>()
  return (id, work) => {
    const turn = (turns.get(id) ?? Promise.resolve()).then(work)
    const over = turn
      .catch(() => undefined)
      .then(() => {
        if (turns.get(id) === over) turns.delete(id)
      })
    turns.set(id, over)
    return turn
  }
}
