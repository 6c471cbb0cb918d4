import type { Db, Tx } from '../../../platform/db/index.ts'
import { cameraOf, happenedOf, placeOf } from './rules.ts'
import * as store from './store.ts'

/** When, where and with what files were made, as they say themselves. */
export async function claimsOf(db: Db, fileIds: readonly string[]): Promise<store.ClaimedRow[]> {
  const rows = await store.listClaims(db, fileIds)
  return rows.map(({ id, facts, uploadedAt, timeZone }) => {
    const claims = facts ?? {}
    const { at, offsetMinutes, from } = happenedOf(claims, { at: uploadedAt, timeZone })
    const { latitude, longitude } = placeOf(claims) ?? { latitude: null, longitude: null }
    return { id, at: at.toISOString(), offsetMinutes, from, camera: cameraOf(claims), latitude, longitude }
  })
}

/** A step of settling, and of whatever has read a file anew. What was said by hand stays. */
export async function takeClaims(tx: Tx, fileIds: readonly string[]): Promise<void> {
  const claimed = await claimsOf(tx, fileIds)
  if (claimed.length > 0) await store.setClaimed(tx, claimed)
}
