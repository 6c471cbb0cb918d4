import type { Actor } from '../../../platform/actor.ts'
import { inTransaction, type Db, type Tx } from '../../../platform/db/index.ts'
import * as audit from '../../audit/index.ts'
import { masterKeysOf, type Encryption } from './ring.ts'
import * as store from './store.ts'
import { unwrapKey, wrapKey } from './wrapping.ts'

const AT_ONCE = 500

/**
 * Asks, before anything is read or written, whether the keys of all organizations can be opened.
 *
 * @throws Error in plain words that name no key but by its id
 */
export async function requireMasterKeys(db: Db, encryption: Encryption): Promise<void> {
  const masters = masterKeysOf(encryption)
  for (const sample of await store.listOneOfEach(db)) {
    const master = masters.find(({ id }) => id === sample.masterKeyId)
    if (master === undefined)
      throw new Error(
        missingSentence(
          sample.masterKeyId,
          masters.map(({ id }) => id),
        ),
      )
    unwrapKey(master, sample.organizationId, sample.wrapped)
  }
}

function missingSentence(wanted: string, present: readonly string[]): string {
  const given = present.length === 0 ? 'TROVE_MASTER_KEY is not set' : `those given are ${present.join(' and ')}`
  return (
    `What is stored is encrypted under the master key ${wanted}, and ${given}. Trove does not start without it. ` +
    'Set TROVE_MASTER_KEY to the right one, or TROVE_MASTER_KEY_OLD while it is being changed.'
  )
}

export type Rotated = { masterKeyId: string; rewrapped: number; alreadyRight: number }

/**
 * Wraps every organization's key by the present master key. No stored byte is touched. May be killed and run again,
 * and may run while Trove does, as long as that knows both master keys.
 *
 * @throws Error when there is no master key, or one that is needed is not given
 */
export async function rotateKeys(db: Db, encryption: Encryption, actor: Actor): Promise<Rotated> {
  const masters = masterKeysOf(encryption)
  const [current] = masters
  if (current === undefined) throw new Error('TROVE_MASTER_KEY is not set: there is nothing to wrap keys by.')
  await requireMasterKeys(db, encryption)
  let rewrapped = 0
  for (let some = AT_ONCE; some === AT_ONCE; rewrapped += some) {
    some = await inTransaction(db, async (tx) => {
      const keys = await store.lockKeysOfOthers(tx, current.id, AT_ONCE)
      for (const { organizationId, wrapped, masterKeyId } of keys) {
        const before = masters.find(({ id }) => id === masterKeyId)
        if (before === undefined)
          throw new Error(
            missingSentence(
              masterKeyId,
              masters.map(({ id }) => id),
            ),
          )
        const anew = wrapKey(current, organizationId, unwrapKey(before, organizationId, wrapped))
        await store.setWrapped(tx, { organizationId, wrapped: anew, masterKeyId: current.id })
      }
      const facts = { organizations: keys.length, masterKeyId: current.id, before: keys[0]?.masterKeyId }
      if (keys.length > 0) await audit.recordSecurityEvent(tx, 'warning', 'keys.rotated', { actor, facts })
      return keys.length
    })
  }
  const uses = await store.countByMasterKey(db)
  const all = uses.find(({ masterKeyId }) => masterKeyId === current.id)?.organizations ?? 0
  return { masterKeyId: current.id, rewrapped, alreadyRight: Math.max(0, all - rewrapped) }
}

export type KeysStatus = {
  uses: (store.MasterKeyUse & { is: 'present' | 'old' | 'not given' })[]
  isOn: boolean
  kept: store.KeptObjects
}

export async function keysStatus(db: Db, encryption: Encryption): Promise<KeysStatus> {
  const [present, old] = [encryption.masterKey, encryption.oldMasterKey].map(
    (masterKey) => masterKeysOf({ ...encryption, masterKey, oldMasterKey: undefined })[0]?.id,
  )
  const uses = await store.countByMasterKey(db)
  const is = (id: string) => (id === present ? 'present' : id === old ? 'old' : 'not given')
  return {
    uses: uses.map((use) => ({ ...use, is: is(use.masterKeyId) })),
    isOn: encryption.isOn,
    kept: await store.countObjects(db),
  }
}

/** A step of erasing: from here on nothing that the organization has stored can be read, in whatever copy. */
export async function destroyKey(tx: Tx, actor: Actor, organizationId: string): Promise<void> {
  if (await store.deleteKey(tx, organizationId))
    await audit.record(tx, actor, 'organization.key-destroyed', { organizationId })
}
