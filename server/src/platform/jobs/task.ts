import type { Static, TSchema } from 'typebox'
import type { Tx } from '../db/index.ts'
import type { Platform } from '../platform.ts'

/** What a task of upkeep did or found, in words for people: `{ what: 'uploads ended', count: 3 }`. Nothing found: count 0. */
export type Tally = readonly Tallied[]
export type Tallied = {
  what: string
  count: number
  /** How the number is to be read; otherwise it counts things. */
  unit?: 'bytes'
  /** More than none of it is a fault that somebody should look at. */
  isFault?: true
}

/** Says how far a long one has come, and of how much where that is known. May be called as often as one likes. */
export type Report = (doneCount: number, totalCount?: number) => void

/**
 * Makes a task that the clock starts one of upkeep: what each run of it did is written down and shown to administrators,
 * who may start it, or ask what it would do.
 */
export type Upkeep = {
  /** What it looks after: `Expired uploads`. */
  title: string
  /** One sentence: what it does with it. */
  lead: string
  /** What `run` would do now, with the same words. Changes nothing. */
  rehearse(platform: Platform, signal: AbortSignal, report: Report): Promise<Tally>
}

/**
 * Work that is asked for now and done later, at least once.
 *
 * A task may be killed at any line and is then run again, so it must not matter how far the attempt before it came.
 */
export type Task<S extends TSchema = TSchema> = {
  /** `room.verb`; also the name of its queue. */
  name: string
  payload: S
  /** Attempts in all, the first included; being handed back by a worker that stops does not count. */
  maxAttempts: number
  /** The longest wait between two attempts; they grow from a second up to it. A minute unless said. */
  retryDelayMaxSeconds?: number
  /** Wall time of one attempt; after it the signal is aborted and the attempt has failed. */
  timeoutMs: number
  /** Runs as many at a time as the worker has slots for; otherwise one at a time in each worker. */
  isParallel?: boolean
  /**
   * Of a parallel one fewer than the worker has slots, and of one group fewer still: what takes long then leaves room for
   * others, and one group for another.
   */
  atMost?(slots: number): { atOnce: number; ofOneGroup: number }
  /** Also runs by itself: minute, hour, day, month, weekday, in UTC. Its payload is then `{}`. */
  cron?: string
  /** Only for one with `cron` whose payload is `{}`; `run` then returns what it did. */
  upkeep?: Upkeep
  run(platform: Platform, payload: Static<S>, signal: AbortSignal, report?: Report): Promise<Tally | void>
  /**
   * Called after the last attempt has failed, whether it threw, took too long or was killed; until it succeeds.
   * The message of `cause` is in words for people, without the inside; the log has the rest.
   */
  exhausted?(platform: Platform, payload: Static<S>, cause: Error): Promise<void>
}

export function defineTask<S extends TSchema>(task: Task<S>): Task<S> {
  return task
}

export type EnqueueOptions = {
  /** Whose work it is: whoever asks for much at once waits behind those who ask for little. */
  groupId?: string
  /** Somebody looks at it and waits; as one comes; or when there is nothing else to do. As one comes unless said. */
  urgency?: Urgency
}

export type Urgency = 'first' | 'usual' | 'last'

/** The queue as operations see it. */
export type Jobs = {
  /** The job exists when, and only when, the caller's transaction commits. */
  enqueue<S extends TSchema>(tx: Tx, task: Task<S>, payload: Static<S>, options?: EnqueueOptions): Promise<void>
  /** How many jobs of a task wait, no further than ten thousand, and since when the oldest of them does. */
  waitingOf(task: Task): Promise<{ count: number; oldestAt?: Date | undefined }>
  /** Whether the queue can take and give jobs at this moment; answers within 2 s. */
  isReachable(): Promise<boolean>
  close(): Promise<void>
}
