import type { Event, LiveMessage } from '@trove/contract/events'
import { fileQuery, hearOfFile, listedFile, onOvertaken, openListings } from '../files/index.ts'
import { refreshFolders } from '../folders/queries.ts'
import { onLive, startLive } from '../lib/live.ts'
import { session } from '../lib/session.ts'
import { organizationsQuery } from '../organizations/index.ts'
import { refreshAccess } from '../sharing/queries.ts'
import { queries } from './queries.ts'

/** News come in bursts; quotas are asked for once after each. */
const QUOTA_REST_MS = 800
const REFRESH_AT_ONCE = 4
/** Short enough that what is taken from somebody is gone within the second. */
const BURST_REST_MS = 150

/** Brings what others do, and what the worker finishes, to whatever shows it. */
export function followLive(): void {
  startLive()
  onLive(hear)
  onOvertaken(refreshFile)
}

function hear(message: LiveMessage): void {
  if (message.kind === 'event') apply(message.event)
  if (message.kind === 'resync') {
    for (const listing of openListings()) listing.reload()
    void queries.invalidateQueries()
  }
}

function apply(event: Event): void {
  const listings = openListings(event.organizationId)
  switch (event.type) {
    case 'file.added':
      for (const listing of listings) if (listing.filter.trashed !== true) listing.lookAtTop()
      return refreshQuotas()
    case 'file.settled':
    case 'file.changed':
      refreshPlaces(event.organizationId)
      return hearOf(event.fileId)
    case 'file.renamed':
    case 'file.damaged':
    case 'file.healed':
    case 'file.tier-changed':
      return hearOf(event.fileId)
    case 'file.step-ended':
      void queries.invalidateQueries({ queryKey: ['file', event.fileId, 'steps'] })
      return event.status === 'done' ? hearOf(event.fileId) : undefined
    case 'files.changed':
      for (const listing of listings) listing.reload()
      refreshPlaces(event.organizationId)
      return void queries.invalidateQueries({ queryKey: ['file'] })
    case 'tags.changed':
      return void queries.invalidateQueries({ queryKey: ['tags', event.organizationId] })
    case 'file.moved':
      for (const listing of listings) listing.reload()
      return void queries.invalidateQueries(fileQuery(event.fileId))
    case 'folder.changed':
      // Something may have come into it or left it.
      for (const listing of listings) if (listing.filter.folderId === event.folderId) listing.reload()
      return refreshSoon('folders', () => refreshFolders(queries, event.organizationId))
    case 'access.changed':
      for (const listing of listings) listing.reload()
      return refreshSoon('access', () => seeAnew(event.organizationId))
    case 'file.trashed':
      for (const listing of listings) {
        if (listing.filter.trashed === true || listing.remove([event.fileId]).length === 0) listing.reload()
      }
      refreshPlaces(event.organizationId)
      return refreshQuotas()
    case 'file.restored':
    case 'files.trashed':
    case 'files.restored':
      for (const listing of listings) listing.reload()
      refreshPlaces(event.organizationId)
      refreshSoon('folders', () => refreshFolders(queries, event.organizationId))
      return refreshQuotas()
    case 'file.detached':
      return refreshSoon('events', () => refreshEvents(event.organizationId, event.resourceId))
    case 'timeline-event.added':
    case 'timeline-event.changed':
    case 'timeline-event.removed':
      return refreshSoon(`events ${event.eventId}`, () => refreshEvents(event.organizationId, event.eventId))
    case 'upload.changed':
    case 'upload-session.changed':
      return
  }
}

/** Whatever shows events of an organization, or one of them. */
async function refreshEvents(organizationId: string, eventId: string): Promise<void> {
  await Promise.all([
    queries.invalidateQueries({ queryKey: ['events', organizationId] }),
    queries.invalidateQueries({ queryKey: ['event', eventId] }),
  ])
}

/** The marks of the map, which nobody who does not look at it asks for. */
function refreshPlaces(organizationId: string): void {
  refreshSoon(`places ${organizationId}`, () => queries.invalidateQueries({ queryKey: ['places', organizationId] }))
}

/** What somebody may see has changed: folders, open files, and everything that tells who sees what. */
async function seeAnew(organizationId: string): Promise<void> {
  await Promise.all([
    refreshFolders(queries, organizationId),
    refreshAccess(queries),
    queries.invalidateQueries({ queryKey: ['file'] }),
    queries.invalidateQueries({ queryKey: ['events'] }),
    queries.invalidateQueries({ queryKey: ['event'] }),
    queries.invalidateQueries(organizationsQuery),
    ...['members', 'teams', 'places'].map((list) => queries.invalidateQueries({ queryKey: [list, organizationId] })),
  ])
}

const resting = new Map<string, ReturnType<typeof setTimeout>>()

/** Many of a kind come together: one asking answers them all, and waits no longer than the first of them. */
function refreshSoon(kind: string, run: () => Promise<void>): void {
  if (resting.has(kind)) return
  const timer = setTimeout(() => {
    resting.delete(kind)
    void run()
  }, BURST_REST_MS)
  resting.set(kind, timer)
}

const waiting = new Set<string>()
let refreshing = 0

/** Asks for the file again; and once more when an answer comes that was on its way meanwhile. */
function hearOf(fileId: string): void {
  hearOfFile(fileId)
  refreshFile(fileId)
}

/** Asks for just this file, if anything shows it. */
function refreshFile(fileId: string): void {
  const isShown = listedFile(fileId) !== undefined || queries.getQueryState(fileQuery(fileId).queryKey) !== undefined
  if (!isShown) return
  waiting.add(fileId)
  void refreshNext()
}

async function refreshNext(): Promise<void> {
  if (refreshing >= REFRESH_AT_ONCE) return
  const [fileId] = waiting
  if (fileId === undefined) return
  waiting.delete(fileId)
  refreshing += 1
  try {
    // One that is on its way was asked for before the news.
    await queries.cancelQueries({ ...fileQuery(fileId), exact: true })
    const file = await queries.fetchQuery({ ...fileQuery(fileId), staleTime: 0 })
    for (const listing of openListings(file.organizationId)) listing.patch(file)
  } catch {
    // Gone meanwhile; the event that says so is on its way.
  } finally {
    refreshing -= 1
    void refreshNext()
  }
}

let quotaTimer: ReturnType<typeof setTimeout> | undefined

function refreshQuotas(): void {
  clearTimeout(quotaTimer)
  if (session.get().status !== 'signed-in') return
  quotaTimer = setTimeout(() => void queries.invalidateQueries(organizationsQuery), QUOTA_REST_MS)
}
