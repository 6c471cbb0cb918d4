import type { Receipt, ReceiptFacts } from '@trove/contract/receipts'
import type { Actor } from '../../../platform/actor.ts'
import type { Platform } from '../../../platform/platform.ts'
import { Problem } from '../../../platform/problem.ts'
import * as access from '../../access/index.ts'
import { publicKey, read, sign } from './signing.ts'
import * as store from './store.ts'

type Machines = Pick<Platform, 'db' | 'keys'>

/** @throws not-found */
export async function getReceipt(platform: Machines, actor: Actor, fileId: string): Promise<Receipt> {
  await access.require(platform.db, actor, 'read', fileId)
  return receiptOf(platform, fileId)
}

/**
 * A step of `uploads`, for whoever has just sent the bytes: that they are safe, signed. It is made of what is recorded,
 * so the same is told however often it is asked for, and nothing has to be kept.
 *
 * @throws not-found  the file is gone already
 */
export async function receiptOf({ db, keys }: Machines, fileId: string): Promise<Receipt> {
  const version = await store.getVersionFacts(db, fileId)
  if (version === undefined) throw new Problem('not-found', `No file ${fileId}.`)
  const { versionId, organizationId, sizeBytes } = version
  const sha256 = version.sha256.toString('hex')
  const receivedAt = version.createdAt.toISOString()
  const facts: ReceiptFacts = { fileId, versionId, organizationId, sizeBytes, sha256, receivedAt }
  return { receipt: await sign(keys.receipt, facts), ...facts }
}

export const receiptKeys = ({ keys }: Pick<Platform, 'keys'>) => ({ keys: [publicKey(keys.receipt)] })

export async function checkReceipt({ keys }: Pick<Platform, 'keys'>, receipt: string) {
  const facts = await read(keys.receipt, receipt)
  return facts === undefined ? { isGenuine: false } : { isGenuine: true, facts }
}
