import { randomBytes } from 'node:crypto'
import type { Actor } from '../../../platform/actor.ts'
import { inTransaction, type Db } from '../../../platform/db/index.ts'
import type { KeyRing } from '../../../platform/objects/index.ts'
import * as audit from '../../audit/index.ts'
import * as store from './store.ts'
import { KEY_BYTES, masterKeyOf, unwrapKey, wrapKey, type MasterKey } from './wrapping.ts'

/** How long a key is believed once it has been opened: so long another process may not notice that it is gone. */
const BELIEVED_MS = 60_000
const ACTOR: Actor = { kind: 'system', reason: 'an organization stores something for the first time' }

/** What the configuration says of encryption. Keys are 32 bytes. */
export type Encryption = {
  /** Wraps the keys of organizations; undefined: there is none, and nothing is encrypted. */
  readonly masterKey: Uint8Array | undefined
  /** The one before, until every key has been wrapped anew. */
  readonly oldMasterKey: Uint8Array | undefined
  /** Whether what is new is encrypted. */
  readonly isOn: boolean
}

/** The keys of organizations, from the database, opened by the master key and kept in memory for a minute. */
export function createKeyRing(db: Db, encryption: Encryption): KeyRing {
  const masters = masterKeysOf(encryption)
  const opened = new Map<string, Promise<Uint8Array | undefined>>()

  function remember(organizationId: string, finding: Promise<Uint8Array | undefined>) {
    opened.set(organizationId, finding)
    const forget = () => {
      if (opened.get(organizationId) === finding) opened.delete(organizationId)
    }
    // What is not there may be there in a moment.
    finding.then((key) => (key === undefined ? forget() : setTimeout(forget, BELIEVED_MS).unref()), forget)
    return finding
  }
  /** That there is none is believed only of an answer to a question that was asked after this one. */
  async function find(organizationId: string): Promise<Uint8Array | undefined> {
    const believed = await opened.get(organizationId)
    return believed ?? remember(organizationId, openKey(db, masters, organizationId))
  }

  return {
    isOn: encryption.isOn,
    forReading: find,
    async forWriting(organizationId) {
      const found = await find(organizationId)
      if (found !== undefined) return found
      await makeKey(db, masters[0], organizationId)
      const made = await find(organizationId)
      if (made === undefined) throw new Error(`Organization ${organizationId} has no key: it is being erased.`)
      return made
    },
  }
}

/** The present one first. */
export function masterKeysOf({ masterKey, oldMasterKey }: Encryption): MasterKey[] {
  return [masterKey, oldMasterKey].filter((bytes) => bytes !== undefined).map(masterKeyOf)
}

async function openKey(db: Db, masters: readonly MasterKey[], organizationId: string): Promise<Uint8Array | undefined> {
  const row = await store.getKey(db, organizationId)
  if (row === undefined) return undefined
  const master = masters.find(({ id }) => id === row.masterKeyId)
  if (master === undefined)
    throw new Error(
      `The key of organization ${organizationId} is wrapped by the master key ${row.masterKeyId}, not here.`,
    )
  return unwrapKey(master, organizationId, row.wrapped)
}

/** Of many who make it at once one succeeds, and all use that one. */
async function makeKey(db: Db, master: MasterKey | undefined, organizationId: string): Promise<void> {
  if (master === undefined) throw new Error('There is no master key: nothing new can be encrypted.')
  const wrapped = wrapKey(master, organizationId, randomBytes(KEY_BYTES))
  await inTransaction(db, async (tx) => {
    if (await store.insertKey(tx, { organizationId, wrapped, masterKeyId: master.id }))
      await audit.record(tx, ACTOR, 'organization.key-made', { organizationId, facts: { masterKeyId: master.id } })
  })
}
