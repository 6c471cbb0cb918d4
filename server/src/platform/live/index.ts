import type { LiveMessage, Progress } from '@trove/contract/events'
import type { Db } from '../db/index.ts'
import type { Log } from '../platform.ts'
import { formatCursor, isAfter, type Cursor } from './cursor.ts'
import { openFeed } from './feed.ts'
import { openListener, type Listener } from './listener.ts'
import { openProgress } from './progress.ts'
import * as store from './store.ts'

export { parseCursor, type Cursor } from './cursor.ts'

/** More than this many missed events and asking for everything again is cheaper. */
const MAX_CATCH_UP = 1_000
const SESSION_CHANNEL = 'trove_session'

/** Which of these users may read which of these resources: `${resourceId} ${userId}`. Asked of `access` by whoever wires this. */
export type Readers = (
  db: Db,
  resourceIds: readonly string[],
  userIds: readonly string[],
) => Promise<ReadonlySet<string>>

export type Subscriber = {
  userId: string
  sessionId: string
  send(message: LiveMessage): void
  /** Whatever is open in this name ends: the session has been revoked, or it must show again that it lives. */
  end(why: 'session ended' | 'come back'): void
}

export type Live = {
  /** Told to the user's open pages, a few times a second at most; kept nowhere. */
  progress(userId: string, progress: Progress): void
  /** Follows the feed from a cursor, or from now. Returns how to stop. */
  subscribe(subscriber: Subscriber, from: Cursor | undefined): Promise<() => void>
  /** Tells every process that a session has ended. */
  sessionEnded(sessionId: string): Promise<void>
  /** Hears of ended sessions; undefined means that some may have been missed. */
  onSessionEnded(hear: (sessionId: string | undefined) => void): void
  subscribers(): number
  close(): Promise<void>
}

type Open = Subscriber & { from: Cursor; waiting: store.FeedRow[] | undefined }

/** The live feed of this process: one reader of the event table, one listening connection, any number of subscribers. */
export function openLive(db: Db, directUrl: string, log: Log, readers: Readers): Live {
  const listener: Listener = openListener(directUrl, log)
  const open = new Set<Open>()

  const feed = openFeed(db, listener, log, async (rows) => {
    if (open.size > 0) await deliver(db, readers, rows, open)
  })
  const progress = openProgress(listener, ({ userId, progress: told }) => {
    for (const one of open) if (one.userId === userId) one.send({ kind: 'progress', progress: told })
  })
  listener.on(SESSION_CHANNEL, (sessionId) => {
    for (const one of open) if (one.sessionId === sessionId) one.end('session ended')
  })
  // Some sessions may have ended while nobody listened; those that live come back, with their cursor.
  listener.onReturn(() => {
    for (const one of open) one.end('come back')
  })

  return {
    progress: progress.tell,
    async subscribe(subscriber, from) {
      const start = feed.position() ?? (await store.currentCursor(db))
      const one: Open = { ...subscriber, from: from ?? start, waiting: [] }
      open.add(one)
      const isTooOld = from !== undefined && (await isForgotten(db, from))
      const missed = from === undefined || isTooOld ? [] : await store.listEventsAfter(db, from, MAX_CATCH_UP)
      if (isTooOld || missed.length === MAX_CATCH_UP) {
        one.from = start
        one.send({ kind: 'resync', cursor: formatCursor(start) })
      } else {
        one.send({ kind: 'hello', cursor: formatCursor(one.from) })
        await deliver(db, readers, missed, [{ ...one, waiting: undefined }])
        one.from = missed.at(-1)?.cursor ?? one.from
      }
      const meanwhile = one.waiting ?? []
      one.waiting = undefined
      await deliver(db, readers, meanwhile, [one])
      return () => void open.delete(one)
    },
    // A process that cannot be told now asks its connections to come back when its line to the database does.
    sessionEnded: (sessionId) => listener.notify(SESSION_CHANNEL, sessionId).catch(() => undefined),
    onSessionEnded: (hear) => listener.on(SESSION_CHANNEL, hear),
    subscribers: () => open.size,
    async close() {
      feed.close()
      progress.close()
      for (const one of open) one.end('come back')
      await listener.close()
    },
  }
}

/** Sends each row to those who may hear it. A subscriber still catching up keeps them for later. */
async function deliver(db: Db, readers: Readers, rows: readonly store.FeedRow[], to: Iterable<Open>) {
  const hearers = [...to]
  const resourceIds = [...new Set(rows.flatMap(({ resourceId }) => resourceId ?? []))]
  const userIds = [...new Set(hearers.map(({ userId }) => userId))]
  const may = resourceIds.length > 0 && userIds.length > 0 ? await readers(db, resourceIds, userIds) : new Set<string>()
  for (const one of hearers) {
    for (const row of rows) {
      const isTheirs =
        row.userId === one.userId || (row.resourceId !== null && may.has(`${row.resourceId} ${one.userId}`))
      if (!isTheirs || !isAfter(row.cursor, one.from)) continue
      if (one.waiting !== undefined) one.waiting.push(row)
      else one.send({ kind: 'event', cursor: formatCursor(row.cursor), event: row.event })
    }
  }
}

/** Whether events after this cursor may have been pruned already. */
async function isForgotten(db: Db, from: Cursor): Promise<boolean> {
  const oldest = await store.oldestXid(db)
  const now = await store.currentCursor(db)
  if (from.xid > now.xid) return true // of another database: a restored one, perhaps
  return oldest !== undefined && from.xid < oldest
}
