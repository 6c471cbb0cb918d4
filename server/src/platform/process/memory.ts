import { readdirSync, readFileSync } from 'node:fs'

const PAGE_BYTES = 4096

/** Memory that a process and all that it has started hold, in bytes; undefined when it has ended or where there is no /proc. */
export function residentBytes(pid: number): number | undefined {
  let sum: number | undefined
  for (const each of withDescendants(pid)) {
    const own = read(`/proc/${each}/statm`)
    if (own !== undefined) sum = (sum ?? 0) + Number(own.split(' ')[1]) * PAGE_BYTES
  }
  return sum
}

/** A process and all that it has started, as far as they live; itself alone where the kernel does not tell. */
export function withDescendants(pid: number): number[] {
  const all = [pid]
  for (const each of all) {
    for (const thread of threadsOf(each)) {
      const children = read(`/proc/${each}/task/${thread}/children`)?.trim()
      if (children !== undefined && children !== '') all.push(...children.split(' ').map(Number))
    }
  }
  return all
}

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

/** Calls `exceeded` once the process and its own hold more than `limitBytes`. The caller stops the watch. */
export function watchMemory(pid: number, limitBytes: number, exceeded: () => void): () => void {
  const timer = setInterval(() => {
    if ((residentBytes(pid) ?? 0) > limitBytes) exceeded()
  }, WATCH_MS)
  return () => clearInterval(timer)
}

/** A decoder that fills memory takes 1-2 GB/s: some 100 MB pass between two looks. */
const WATCH_MS = 50
