import { inTransaction, type Db } from '../../../platform/db/index.ts'
import { heldBytes } from './rules.ts'
import * as store from './store.ts'

/**
 * Looks where all the bytes of an organization are, at one instant, and writes that down. Nobody waits for it: it reads.
 * Of two that measure at once one writes; the other was as good.
 *
 * @returns how many bytes there are
 */
export async function measure(db: Db, organizationId: string): Promise<number> {
  const began = performance.now()
  try {
    return await inTransaction(db, async (tx) => {
      await store.seeOneInstant(tx)
      const { parts: originals, notes } = await store.measureOriginals(tx, organizationId)
      const parts = [...originals, ...(await store.measureOthers(tx, organizationId))]
      await store.replaceShares(tx, organizationId)
      await store.setMeasure(tx, { organizationId, parts, notes, tookMs: performance.now() - began })
      return heldBytes(parts)
    })
  } catch (error) {
    if (store.isOvertaken(error)) return 0
    throw error
  }
}
