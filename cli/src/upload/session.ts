import { hostname } from 'node:os'
import {
  createUploadSession,
  getUploadSession,
  listSessionUploads,
  MAX_SESSION_NAME_CHARACTERS,
} from '@trove/contract/upload-sessions'
import type { Upload } from '@trove/contract/uploads'
import { Failure, isFailure } from '../failure.ts'
import { collect } from '../place.ts'
import type { Server } from '../server/server.ts'
import type { Journal } from './journal.ts'

/** The upload session that the files of a run belong to, so that they are seen together on the page. */
export type Batch = {
  id(): Promise<string>
  /** A new one in place of a session that takes nothing more. @returns false when that one still does */
  renew(ended: string | undefined, isFull: boolean): Promise<boolean>
  /** @throws Failure  stopped: somebody has cancelled all of it */
  requireWanted(): Promise<void>
  /** What has become of an upload that goes on no more, as far as the server tells. */
  endOf(uploadId: string): Promise<Pick<Upload, 'status' | 'failure'> | undefined>
}

const MOST_FILES = 100_000

export type About = { organizationId: string; name: string; fileCount: number; totalBytes: number }

/** Goes on with the session of the journal; makes one when there is none. */
export function openBatch(server: Server, journal: Journal, about: About): Batch {
  let current: Promise<string> | undefined
  const make = async () => {
    const { organizationId, fileCount, totalBytes } = about
    const declared = fileCount <= MOST_FILES ? { fileCount: Math.max(1, fileCount) } : {}
    const begun = (body: { fileCount?: number; totalBytes?: number }) =>
      server.call(createUploadSession, { params: { organizationId }, body: { ...body, name: about.name } })
    const { id } = await begun({ ...declared, totalBytes }).catch((error: unknown) => {
      // More than one session may hold: this one takes what fits, and another the rest.
      if (!isFailure(error, 'too-large')) throw error
      return begun({})
    })
    await journal.setSession(id)
    return id
  }
  const resume = async () => {
    const before = journal.session()
    return before !== undefined && (await isOpen(server, before, 'begin anew')) ? before : make()
  }
  const begin = (how: () => Promise<string>) => {
    const beginning = how()
    current = beginning
    beginning.catch(() => {
      if (current === beginning) current = undefined
    })
    return beginning
  }
  return {
    id: () => current ?? begin(resume),
    async renew(ended, isFull) {
      const now = await (current ?? begin(resume))
      if (now !== ended) return true
      if (!isFull && (await isOpen(server, now, 'end'))) return false
      await begin(make)
      return true
    },
    async requireWanted() {
      await isOpen(server, await (current ?? begin(resume)), 'end')
    },
    async endOf(uploadId) {
      const uploadSessionId = await current?.catch(() => undefined)
      if (uploadSessionId === undefined) return undefined
      const uploads = await collect((cursor) => {
        const query = { limit: 200, ...(cursor !== undefined && { cursor }) }
        return server.call(listSessionUploads, { params: { uploadSessionId }, query })
      }).catch(() => [])
      return uploads.find(({ id }) => id === uploadId)
    },
  }
}

/** @throws Failure  stopped: somebody has cancelled it, and wants no more of it */
async function isOpen(server: Server, uploadSessionId: string, whenCancelled: 'begin anew' | 'end'): Promise<boolean> {
  try {
    const { status } = await server.call(getUploadSession, { params: { uploadSessionId } })
    if (status === 'cancelled' && whenCancelled === 'end')
      throw new Failure('stopped', 'Somebody has cancelled this upload session.')
    return status === 'active' || status === 'paused'
  } catch (error) {
    if (isFailure(error, 'not-found', 'gone')) return false
    throw error
  }
}

/** As people find it on the page. */
export function sessionName(paths: readonly string[]): string {
  const [first = ''] = paths
  const more = paths.length > 1 ? ` and ${paths.length - 1} more` : ''
  return `${first}${more}, from ${hostname()}`.replace(/\p{Cc}/gu, '\ufffd').slice(0, MAX_SESSION_NAME_CHARACTERS)
}
