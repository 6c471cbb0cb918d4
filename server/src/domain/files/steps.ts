import type { ProcessingState } from '@trove/contract/files'
import type { Tx } from '../../platform/db/index.ts'
import * as events from '../../platform/events.ts'
import { newId } from '../../platform/ids.ts'
import { Problem } from '../../platform/problem.ts'
import * as access from '../access/index.ts'
import { isSettled, mayBecome } from './rules.ts'
import * as store from './store.ts'

/** A version that is to be processed, and what it belongs to. */
export type Version = {
  versionId: string
  fileId: string
  organizationId: string
  blobId: string
  kind: string
  name: string
}

/** A step of `uploads`: the file exists from here on, with one version that waits to be processed. */
export async function addFile(
  tx: Tx,
  input: {
    organizationId: string
    createdBy: string
    name: string
    kind: string
    blobId: string
    /** Where it comes to lie; the top unless said. The caller has asked whether it may. */
    folderId?: string | undefined
  },
): Promise<{ fileId: string; versionId: string }> {
  const { organizationId, createdBy, name, kind, blobId, folderId } = input
  const fileId = newId()
  const versionId = newId()
  await access.insertResource(tx, { id: fileId, organizationId, kind: 'file', createdBy, parentId: folderId })
  await store.insertFile(tx, { id: fileId, organizationId, createdBy, name, kind, versionId })
  await store.insertVersion(tx, { id: versionId, fileId, number: 1, blobId, createdBy })
  await events.publish(tx, { resourceId: fileId }, { type: 'file.added', organizationId, fileId })
  return { fileId, versionId }
}

/** A step of `media`: undefined when there is nothing to do, because the version is settled or gone. */
export async function beginProcessing(tx: Tx, versionId: string): Promise<Version | undefined> {
  const version = await store.lockVersion(tx, versionId)
  if (version === undefined || isSettled(version.status as ProcessingState)) return undefined
  await store.setVersionStatus(tx, versionId, 'processing', null)
  return version
}

/**
 * A step of `media`, and the end of the pipeline: the version can be seen, or is known not to be.
 * What was made of its blob must be in `media` and `variant` already. Settling what is settled changes nothing.
 */
export async function settle(
  tx: Tx,
  versionId: string,
  outcome: { status: 'ready' } | { status: 'failed' | 'infected'; failure: string },
): Promise<void> {
  const version = await store.lockVersion(tx, versionId)
  if (version === undefined || isSettled(version.status as ProcessingState)) return
  const { fileId, organizationId } = version
  await store.copyMedia(tx, versionId)
  await store.setVersionStatus(tx, versionId, outcome.status, outcome.status === 'ready' ? null : outcome.failure)
  await events.publish(
    tx,
    { resourceId: fileId },
    { type: 'file.settled', organizationId, fileId, status: outcome.status },
  )
}

/**
 * A step of `media`: a failed version waits to be processed again.
 *
 * @throws wrong-state  naming both states
 */
export async function reopen(tx: Tx, fileId: string): Promise<Version> {
  const row = await store.getFile(tx, fileId)
  const version = row === undefined ? undefined : await store.lockVersion(tx, row.versionId)
  if (version === undefined) throw new Problem('not-found', `No file ${fileId}.`)
  const from = version.status as ProcessingState
  if (!mayBecome(from, 'pending')) {
    throw new Problem('wrong-state', `The file is ${from}; only a failed one can become pending again.`, {
      from,
      to: 'pending',
    })
  }
  await store.setVersionStatus(tx, version.versionId, 'pending', null)
  await events.publish(
    tx,
    { resourceId: fileId },
    { type: 'file.settled', organizationId: version.organizationId, fileId, status: 'pending' },
  )
  return version
}
