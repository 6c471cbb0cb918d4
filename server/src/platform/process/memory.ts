import { readFileSync } from 'node:fs'

const PAGE_BYTES = 4096

/** Memory that a process holds, in bytes; undefined when it has ended or where there is no /proc. */
export function residentBytes(pid: number): number | undefined {
  try {
    return Number(readFileSync(`/proc/${pid}/statm`, 'latin1').split(' ')[1]) * PAGE_BYTES
  } catch {
    return undefined
  }
}

/** Calls `exceeded` once the process holds more than `limitBytes`. The caller stops the watch. */
export function watchMemory(pid: number, limitBytes: number, exceeded: () => void): () => void {
  const timer = setInterval(() => {
    if ((residentBytes(pid) ?? 0) > limitBytes) exceeded()
  }, WATCH_MS)
  return () => clearInterval(timer)
}

/** A decoder that fills memory takes 1-2 GB/s: some 100 MB pass between two looks. */
const WATCH_MS = 50
