import { readdirSync, readFileSync } from 'node:fs'

const KIB = 1024
/** What is its own, and what it shares by memory alone; not the programs it runs, which lie on the disk and are there once for all. */
const HELD = /^Rss(?:Anon|Shmem):\s+(\d+) kB$/gm

/** Memory that a process and all that it has started hold, in bytes; undefined when it has ended or where there is no /proc. */
export function heldBytes(pid: number): number | undefined {
  let sum: number | undefined
  for (const each of withDescendants(pid)) {
    const status = read(`/proc/${each}/status`)
    if (status === undefined) continue
    sum ??= 0
    for (const [, kib] of status.matchAll(HELD)) sum += Number(kib) * KIB
  }
  return sum
}

/** A process and all that it has started, as far as they live; itself alone where the kernel does not tell. */
export function withDescendants(pid: number): number[] {
  const all = [pid]
  for (const each of all) all.push(...childrenOf(each))
  return all
}

/** What a process has started itself. */
export const childrenOf = (pid: number): number[] =>
  threadsOf(pid).flatMap((thread) => {
    const children = read(`/proc/${pid}/task/${thread}/children`)?.trim() ?? ''
    return children === '' ? [] : children.split(' ').map(Number)
  })

/** What a thread has started is told with that thread alone. */
function threadsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`)
  } catch {
    return []
  }
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return undefined
  }
}

/**
 * Calls `exceeded` once the process and its own hold more than `limitBytes`. The caller stops the watch, which keeps
 * nobody from ending.
 */
export function watchMemory(pid: number, limitBytes: number, exceeded: () => void, everyMs = WATCH_MS): () => void {
  const timer = setInterval(() => {
    if ((heldBytes(pid) ?? 0) > limitBytes) exceeded()
  }, everyMs).unref()
  return () => clearInterval(timer)
}

/** A decoder that fills memory takes 1-2 GB/s: some 100 MB pass between two looks. */
const WATCH_MS = 50

/** One that has ended and that nobody has asked about yet. */
const OVER = /^State:\s+[ZX]/m
const LOOK_EVERY_MS = 5
const ENDED_WITHIN_MS = 5_000

/** Waits until none of them runs any more. @throws Error  one still does, seconds after it was killed */
export async function untilEnded(pids: readonly number[]): Promise<void> {
  const deadline = Date.now() + ENDED_WITHIN_MS
  for (const pid of pids)
    for (;;) {
      const status = read(`/proc/${pid}/status`)
      if (status === undefined || OVER.test(status)) break
      if (Date.now() > deadline) throw new Error('a media process that was killed does not end')
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS))
    }
}
