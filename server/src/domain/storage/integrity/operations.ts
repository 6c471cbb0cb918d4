import { inTransaction } from '../../../platform/db/index.ts'
import type { Reading } from '../../../platform/objects/fingerprint.ts'
import type { Platform } from '../../../platform/platform.ts'
import { settleReading } from './flagging.ts'
import { examine, requireSomething } from './reading.ts'
import type { Damage, Fault } from './rules.ts'
import * as store from './store.ts'

export type Machines = Pick<Platform, 'db' | 'objects'>

export type Verified = { damage: Damage | undefined; isHealed: boolean; derived: Fault[] }

/**
 * Reads a blob from the store, and what was made of it, and writes down what was found. Damage is told to the trail, to
 * administrators and to open pages; nothing is deleted. Lost variants and copies are marked, to be made again.
 *
 * @throws StoreAway  the store does not answer: nothing was written down
 */
export async function verifyBlob(
  machines: Machines,
  blob: store.DueBlob,
  derived: readonly store.DerivedObject[],
  reading: Reading = {},
): Promise<Verified> {
  const { damage } = await examine(machines.objects, blob, reading)
  if (damage === 'missing') await requireSomething(machines.objects)
  const settled =
    damage === undefined && blob.damage === null
      ? { damage: undefined, isHealed: false }
      : await settleReading(machines, blob, damage)
  const faults = await verifyDerived(machines, blob, derived, reading)
  return { ...settled, derived: faults }
}

async function verifyDerived(
  { db, objects }: Machines,
  blob: store.DueBlob,
  derived: readonly store.DerivedObject[],
  reading: Reading,
): Promise<Fault[]> {
  const faults: Fault[] = []
  for (const object of derived) {
    const { damage, sha256 } = await examine(objects, object, reading)
    if (damage === undefined && object.sha256 === null && sha256 !== undefined)
      await inTransaction(db, (tx) => store.setDerivedHash(tx, object, sha256))
    if (damage === undefined) continue
    // One that was made anew meanwhile, or went with its blob, is no fault.
    if ((await store.findBlobOf(db, object.objectKey)) === undefined) continue
    if (damage === 'missing') await requireSomething(objects)
    await inTransaction(db, (tx) => store.markDerivedLost(tx, blob.id))
    const { of, objectKey, sizeBytes } = object
    faults.push({ kind: damage, of, objectKey, sizeBytes, blobId: blob.id, organizationId: blob.organizationId })
  }
  return faults
}

/** The same for one blob by its id, at once. */
export async function verifyOne(machines: Machines, blobId: string, signal?: AbortSignal): Promise<void> {
  const blob = await store.getDue(machines.db, blobId)
  if (blob === undefined) return
  const derived = await store.listDerived(machines.db, [blobId])
  const { damage } = await verifyBlob(machines, blob, derived, { signal })
  if (damage === undefined) await inTransaction(machines.db, (tx) => store.setVerified(tx, [blobId]))
}

/** Of what was made of a blob, that which is not there any more, or is not what it was. @throws StoreAway */
export async function listLostDerived(
  { db, objects }: Machines,
  blobId: string,
  signal?: AbortSignal,
): Promise<store.DerivedObject[]> {
  const lost: store.DerivedObject[] = []
  for (const object of await store.listDerived(db, [blobId])) {
    const { damage } = await examine(objects, object, { signal })
    if (damage === 'missing') await requireSomething(objects)
    if (damage !== undefined) lost.push(object)
  }
  return lost
}
