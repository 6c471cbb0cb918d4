import type { Event, LiveMessage, Progress, Topic, TopicKind } from '@trove/contract/events'
import type { UserActor } from '../actor.ts'
import type { Db } from '../db/index.ts'
import type { Log } from '../platform.ts'
import { Problem } from '../problem.ts'
import { createAudience } from './audience.ts'
import { formatCursor, isAfter, type Cursor } from './cursor.ts'
import { openFeed, type Feed } from './feed.ts'
import { openListener, type Listener } from './listener.ts'
import * as store from './store.ts'
import { write, type Written } from './written.ts'

export { parseCursor, type Cursor } from './cursor.ts'
export type { Written } from './written.ts'

/** More than this many missed events and asking for everything again is cheaper. */
const MAX_CATCH_UP = 1_000
const SESSION_CHANNEL = 'trove_session'
/** The more there are to hear, the more events are gathered for them at a time: a write to a connection is what costs. */
const REST_MS_PER_HEARER = 0.05
const LONGEST_REST_MS = 100

/** Which of these users may read which of these resources: `${resourceId} ${userId}`. Asked of `access` by whoever wires this. */
export type Readers = (
  db: Db,
  resourceIds: readonly string[],
  userIds: readonly string[],
) => Promise<ReadonlySet<string>>

export type Subscriber = {
  actor: Pick<UserActor, 'userId' | 'sessionId'> & Partial<UserActor>
  send(written: Written): void
  /** Whatever is open in this name ends: the session has been revoked, or it must show again that it lives. */
  end(why: 'session ended' | 'come back'): void
}

export type Subscription = {
  /** Follows a topic too, as far as its room lets them; answered with the present state, or `unknown`. */
  follow(topic: Topic, sequence: number | undefined): Promise<void>
  unfollow(topic: Topic): void
  stop(): void
}

/** Whom progress is for: whatever a user has open, and whoever follows a topic. */
export type Word = `user:${string}` | Topic

/**
 * Lets somebody follow a topic of a kind, and tells the present state of it.
 *
 * @throws not-found, not-allowed
 */
export type Follow = (actor: UserActor, id: string, sequence: number | undefined) => Promise<Progress | undefined>

export type Live = {
  /** Shows progress to those connected to this process whom the words name, if they may; kept nowhere. */
  show(progress: Progress, words: readonly Word[], may: (userId: string) => boolean): void
  /** The users among those connected to this process whom the words name. */
  hearersOf(words: readonly Word[]): ReadonlySet<string>
  /** A room says who may follow its topics. */
  offer(kind: TopicKind, follow: Follow): void
  /** Hears every event, whoever it is for, as soon as it has committed. */
  onEvent(hear: (event: Event) => void): void
  /** Follows the feed from a cursor, or from now. */
  subscribe(subscriber: Subscriber, from: Cursor | undefined): Promise<Subscription>
  /** Tells every process that a session has ended. */
  sessionEnded(sessionId: string): Promise<void>
  /** Hears of ended sessions; undefined means that some may have been missed. */
  onSessionEnded(hear: (sessionId: string | undefined) => void): void
  /** Says a word to every process, this one included. It is lost where the line to the database is down. */
  tell(channel: string, word: string): Promise<void>
  /** Hears what is told; undefined means that something may have been missed. */
  hear(channel: string, hear: (word: string | undefined) => void): void
  subscribers(): number
  close(): Promise<void>
}

type Open = Subscriber & { userId: string; from: Cursor; waiting: store.FeedRow[] | undefined }

/** The live feed of this process: one reader of the event table, one listening connection, any number of subscribers. */
export function openLive(db: Db, directUrl: string, log: Log, readers: Readers): Live {
  const listener: Listener = openListener(directUrl, log)
  const open = new Set<Open>()

  const audience = createAudience<Open>()
  const heard: ((event: Event) => void)[] = []
  const offered = new Map<string, Follow>()

  const feed = openFeed(db, listener, log, {
    restMs: () => Math.min(LONGEST_REST_MS, open.size * REST_MS_PER_HEARER),
    async deliver(rows) {
      for (const { event } of rows) for (const hear of heard) hear(event)
      if (open.size > 0) await deliver(db, readers, rows, open)
    },
  })
  listener.on(SESSION_CHANNEL, (sessionId) => {
    for (const one of open) if (one.actor.sessionId === sessionId) one.end('session ended')
  })
  // Some sessions may have ended while nobody listened; those that live come back, with their cursor.
  listener.onReturn(() => {
    for (const one of open) one.end('come back')
  })

  return {
    show(progress, words, may) {
      const written = write([{ kind: 'progress', progress }])
      for (const one of audience.of(words)) if (may(one.userId)) one.send(written)
    },
    hearersOf: (words) => new Set([...audience.of(words)].map(({ userId }) => userId)),
    offer: (kind, follow) => void offered.set(kind, follow),
    onEvent: (hear) => void heard.push(hear),
    subscribe: (subscriber, from) => subscribe({ db, readers, feed, open, audience, offered }, subscriber, from),
    // A process that cannot be told now asks its connections to come back when its line to the database does.
    sessionEnded: (sessionId) => listener.notify(SESSION_CHANNEL, sessionId).catch(() => undefined),
    onSessionEnded: (hear) => listener.on(SESSION_CHANNEL, hear),
    tell: (channel, word) => listener.notify(channel, word).catch(() => undefined),
    hear: (channel, hear) => listener.on(channel, hear),
    subscribers: () => open.size,
    async close() {
      feed.close()
      for (const one of open) one.end('come back')
      await listener.close()
    },
  }
}

type Hall = {
  db: Db
  readers: Readers
  feed: Feed
  open: Set<Open>
  audience: ReturnType<typeof createAudience<Open>>
  offered: ReadonlyMap<string, Follow>
}

/** Greets, brings what was missed, and then whatever comes. */
async function subscribe(hall: Hall, subscriber: Subscriber, from: Cursor | undefined): Promise<Subscription> {
  const { db, readers, feed, open, audience } = hall
  const start = feed.position() ?? (await store.currentCursor(db))
  const { userId } = subscriber.actor
  const one: Open = { ...subscriber, userId, from: from ?? start, waiting: [] }
  open.add(one)
  audience.add(`user:${userId}`, one)
  const isTooOld = from !== undefined && (await isForgotten(db, from))
  const missed = from === undefined || isTooOld ? [] : await store.listEventsAfter(db, from, MAX_CATCH_UP)
  if (isTooOld || missed.length === MAX_CATCH_UP) {
    one.from = start
    say(one, { kind: 'resync', cursor: formatCursor(start) })
  } else {
    say(one, { kind: 'hello', cursor: formatCursor(one.from) })
    await deliver(db, readers, missed, [{ ...one, waiting: undefined }])
    one.from = missed.at(-1)?.cursor ?? one.from
  }
  // In order: what comes while the rest is handed over waits too.
  while (one.waiting !== undefined && one.waiting.length > 0) {
    const meanwhile = one.waiting
    one.waiting = []
    await deliver(db, readers, meanwhile, [{ ...one, waiting: undefined }])
  }
  one.waiting = undefined
  return {
    follow: (topic, sequence) => follow(hall, one, topic, sequence),
    unfollow: (topic) => audience.remove(topic, one),
    stop() {
      open.delete(one)
      audience.drop(one)
    },
  }
}

async function follow(
  { open, audience, offered }: Hall,
  one: Open,
  topic: Topic,
  sequence: number | undefined,
): Promise<void> {
  const [kind = '', id = ''] = topic.split(':', 2)
  const offer = offered.get(kind)
  const present = await offer?.(one.actor as UserActor, id, sequence).catch((error: unknown) => {
    if (error instanceof Problem) return null
    throw error
  })
  if (offer === undefined || present === null) return say(one, { kind: 'unknown', topic })
  if (open.has(one)) audience.add(topic, one)
  if (present !== undefined) say(one, { kind: 'progress', progress: present })
}

const say = (one: Open, message: LiveMessage) => one.send(write([message]))

/** Sends each row to those who may hear it. A subscriber still catching up keeps them for later. */
async function deliver(db: Db, readers: Readers, rows: readonly store.FeedRow[], to: Iterable<Open>) {
  const hearers = Map.groupBy(to, ({ userId }) => userId)
  const resourceIds = [...new Set(rows.flatMap(({ resourceId }) => resourceId ?? []))]
  const userIds = [...hearers.keys()]
  const may = resourceIds.length > 0 && userIds.length > 0 ? await readers(db, resourceIds, userIds) : new Set<string>()
  for (const [userId, those] of hearers) {
    const theirs = rows.filter(
      (row) => row.userId === userId || (row.resourceId !== null && may.has(`${row.resourceId} ${userId}`)),
    )
    const [first] = theirs
    if (first === undefined) continue
    const all = writeRows(theirs)
    for (const one of those) {
      if (one.waiting !== undefined) one.waiting.push(...theirs)
      else if (isAfter(first.cursor, one.from)) one.send(all)
      else {
        const news = theirs.filter(({ cursor }) => isAfter(cursor, one.from))
        if (news.length > 0) one.send(writeRows(news))
      }
    }
  }
}

const writeRows = (rows: readonly store.FeedRow[]): Written =>
  write(rows.map(({ cursor, event }) => ({ kind: 'event', cursor: formatCursor(cursor), event })))

/** Whether events after this cursor may have been pruned already. */
async function isForgotten(db: Db, from: Cursor): Promise<boolean> {
  const oldest = await store.oldestXid(db)
  const now = await store.currentCursor(db)
  if (from.xid > now.xid) return true // of another database: a restored one, perhaps
  return oldest !== undefined && from.xid < oldest
}
