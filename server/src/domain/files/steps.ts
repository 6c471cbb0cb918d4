import type { ProcessingState } from '@trove/contract/files'
import type { Actor } from '../../platform/actor.ts'
import type { Tx } from '../../platform/db/index.ts'
import * as events from '../../platform/events.ts'
import { newId } from '../../platform/ids.ts'
import { Problem } from '../../platform/problem.ts'
import * as access from '../access/index.ts'
import { takeClaims } from './happened/steps.ts'
import { isSettled, mayBecome } from './rules.ts'
import * as store from './store.ts'
import { detachAll, removeForGood } from './uses/steps.ts'
import { lockFiles } from './uses/store.ts'

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
    /** A stranger sent it through a link: nobody here is its uploader. */
    isFromLink?: boolean
  },
): Promise<{ fileId: string; versionId: string }> {
  const { organizationId, createdBy, name, kind, blobId, folderId, isFromLink = false } = input
  const fileId = newId()
  const versionId = newId()
  await access.insertResource(tx, { id: fileId, organizationId, kind: 'file', createdBy, parentId: folderId })
  await store.insertFile(tx, { id: fileId, organizationId, createdBy, name, kind, versionId })
  await store.insertVersion(tx, { id: versionId, fileId, number: 1, blobId, createdBy, isFromLink })
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
  await lockFiles(tx, [fileId])
  await store.copyMedia(tx, [versionId])
  await takeClaims(tx, [fileId])
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
  // What is infected is released by those who may, in the quarantine.
  if (from !== 'failed' || !mayBecome(from, 'pending')) {
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

/** A step of `media`: what could not be scanned waits, and is begun again when it has been. */
export async function holdBack(tx: Tx, versionId: string): Promise<void> {
  const version = await store.lockVersion(tx, versionId)
  if (version === undefined || isSettled(version.status as ProcessingState)) return
  await store.setVersionStatus(tx, versionId, 'pending', null)
  await announce(tx, version, 'pending')
}

/** A file with the version in question, and whoever uploaded it. */
export type Affected = Version & { uploaderId: string }

/**
 * A step of `media`, the first in its transaction: every version of these bytes is infected, and nothing that was made
 * of them is told any more.
 *
 * @returns those that were not infected before
 */
export async function quarantine(tx: Tx, blobId: string, failure: string): Promise<Affected[]> {
  const versions = await store.lockVersionsOf(tx, blobId)
  const fresh = versions.filter(({ status }) => status !== 'infected')
  await lockFiles(
    tx,
    versions.map(({ fileId }) => fileId),
  )
  await store.setInfected(tx, blobId, failure)
  for (const version of fresh) await announce(tx, version, 'infected')
  return fresh
}

/** A step of `media`: versions of bytes that are held or infected wait to be processed after all. */
export async function release(tx: Tx, blobId: string): Promise<Affected[]> {
  const versions = await store.lockVersionsOf(tx, blobId)
  const held = versions.filter(({ status }) => status === 'infected' || status === 'pending')
  for (const version of held) {
    await store.setVersionStatus(tx, version.versionId, 'pending', null)
    await announce(tx, version, 'pending')
  }
  return held
}

/** A step of `media`: what was made of these bytes has been made anew, and every version of them tells of that. */
export async function renewMedia(tx: Tx, blobId: string): Promise<void> {
  const ready = (await store.lockVersionsOf(tx, blobId)).filter(({ status }) => status === 'ready')
  const fileIds = ready.map(({ fileId }) => fileId)
  await lockFiles(tx, fileIds)
  await store.copyMedia(
    tx,
    ready.map(({ versionId }) => versionId),
  )
  await takeClaims(tx, fileIds)
  for (const version of ready) await announce(tx, version, 'ready')
}

/** A step of `media`: files of these bytes go for good, without the time in the trash; whatever shows them shows them no more. */
export async function purgeFilesOf(tx: Tx, actor: Actor, blobId: string): Promise<Affected[]> {
  const versions = await store.lockVersionsOf(tx, blobId)
  const [first] = versions
  if (first === undefined) return []
  const { organizationId } = first
  const fileIds = [...new Set(versions.map(({ fileId }) => fileId))]
  await lockFiles(tx, fileIds)
  await detachAll(tx, actor, { organizationId, fileIds, because: 'it was infected and has been deleted' })
  await removeForGood(tx, actor, { organizationId, fileIds })
  for (const { uploaderId, fileId } of versions)
    await events.publish(tx, { userId: uploaderId }, { type: 'file.trashed', organizationId, fileId })
  return versions
}

function announce(tx: Tx, { fileId, organizationId }: Version, status: ProcessingState): Promise<void> {
  return events.publish(tx, { resourceId: fileId }, { type: 'file.settled', organizationId, fileId, status })
}
