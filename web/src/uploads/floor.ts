import type { Road } from './drive.ts'
import type { FolderTree } from './folder-tree.ts'
import type { Known } from './known.ts'
import type { Memory } from './memory.ts'
import { isPending, type Transfer } from './model.ts'
import type { Remote } from './remote.ts'
import type { Shelf } from './shelf.ts'

/** The machines that an engine works with; tests give it others. */
export type Platform = {
  shelf: Shelf
  memory: Memory
  remote: Remote
  send: Road['send']
  /** What finds out which files need not be sent; its code comes when there are some. Undefined when it does not come. */
  knowing(): Promise<Known | undefined>
  /** Waits for this tab's turn at a batch, and keeps it until the signal. */
  holdTurn(name: string, signal: AbortSignal): Promise<void>
  newKey(): string
  now(): number
  random(): number
}

/** What an engine holds while it runs: the floor that its functions work on. */
export type Floor = Platform & {
  userId: string
  isOnline: boolean
  isStopped: boolean
  /** Keys of transfers that may be sent, first come first served. */
  queue: string[]
  files: Map<string, File>
  running: Map<string, AbortController>
  /** Batches that this tab sends, until they end. */
  turns: Map<string, AbortController>
  /** Sessions that are being made, by batch. */
  sessions: Map<string, Promise<string>>
  /** Folders that were found or made for the files of a batch, by batch. */
  trees: Map<string, FolderTree>
  /** Wakes whoever waits to try again. */
  rests: Set<() => void>
  /** Files whose bytes would be lost with this tab. */
  forgettable: Set<string>
  /** What the server said of uploads and files before their row was known, by their id. */
  early: Map<string, Partial<Transfer>>
  /** Sessions about which the server will be asked soon. */
  doubted: Set<string>
  /** Files that stand still because their session is paused, and not because somebody paused them one by one. */
  held: Set<string>
  /** Once there was something to find out. */
  known: Known | undefined
  /** How often something was announced of a session. */
  news: Map<string, number>
  /** Puts files into the queue again. */
  sendOn(keys: readonly string[]): void
}

export function createFloor(
  platform: Platform,
  userId: string,
  enqueue: (floor: Floor, keys: readonly string[]) => void,
): Floor {
  const floor: Floor = {
    ...platform,
    userId,
    isOnline: true,
    isStopped: true,
    queue: [],
    files: new Map(),
    running: new Map(),
    turns: new Map(),
    sessions: new Map(),
    trees: new Map(),
    rests: new Set(),
    forgettable: new Set(),
    early: new Map(),
    doubted: new Set(),
    held: new Set(),
    known: undefined,
    news: new Map(),
    sendOn: (keys) => enqueue(floor, keys),
  }
  return floor
}

/** Transfers by key, or all. */
export function pick({ shelf }: Floor, keys?: readonly string[]): Transfer[] {
  if (keys === undefined) return [...shelf.transfers()]
  return keys.map((key) => shelf.get(key)).filter((transfer) => transfer !== undefined)
}

export function isPendingKey({ shelf }: Floor, key: string): boolean {
  const transfer = shelf.get(key)
  return transfer !== undefined && isPending(transfer)
}

/** Waits until this tab alone sends the batch. */
export async function takeTurn(floor: Floor, batchKey: string): Promise<void> {
  const turn = new AbortController()
  floor.turns.set(batchKey, turn)
  await floor.holdTurn(`trove.upload.${batchKey}`, turn.signal)
}

/** Sends nothing more of a file for now. */
export function halt(floor: Floor, key: string): void {
  floor.running.get(key)?.abort()
  floor.running.delete(key)
}
