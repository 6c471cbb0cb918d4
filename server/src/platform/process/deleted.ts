import { readdirSync, readFileSync, statSync, type Stats } from 'node:fs'
import { withDescendants } from './memory.ts'

const BLOCK_BYTES = 512
/** Of a file that has no name any more, in what the kernel tells of the memory of a process; not memory that only looks like one. */
const MAPPED = /^([0-9a-f]+)-([0-9a-f]+) \S+ \S+ (\S+) (\d+) +(?!\/dev\/zero|\/memfd:|\/SYSV)\S.* \(deleted\)$/gm

/**
 * Room on the disk that is taken by files without a name, in bytes: what the process and all that it has started hold
 * open, or have in their memory, after it was deleted. Memory that is kept as such a file is counted too.
 */
export function deletedBytes(pid: number): number {
  const sizes = new Map<string, number>()
  for (const each of withDescendants(pid)) {
    for (const { dev, ino, blocks } of openedBy(each)) sizes.set(`${dev} ${ino}`, blocks * BLOCK_BYTES)
    const mapped = new Map<string, number>()
    for (const [, from = '', to = '', device = '', inode = ''] of mapsOf(each).matchAll(MAPPED)) {
      const file = `${deviceOf(device)} ${inode}`
      mapped.set(file, (mapped.get(file) ?? 0) + Number(BigInt(`0x${to}`) - BigInt(`0x${from}`)))
    }
    for (const [file, bytes] of mapped) if (!sizes.has(file)) sizes.set(file, bytes)
  }
  return [...sizes.values()].reduce((sum, bytes) => sum + bytes, 0)
}

/** The deleted files that a process holds open. */
function openedBy(pid: number): Stats[] {
  const folder = `/proc/${pid}/fd`
  try {
    return readdirSync(folder).flatMap((name) => {
      const stats = statSync(`${folder}/${name}`, { throwIfNoEntry: false })
      return stats?.isFile() === true && stats.nlink === 0 ? [stats] : []
    })
  } catch {
    return []
  }
}

function mapsOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/maps`, 'latin1')
  } catch {
    return ''
  }
}

/** As `stat` has it: the kernel writes major and minor apart, in hexadecimal. */
function deviceOf(words: string): number {
  const [major = 0, minor = 0] = words.split(':').map((part) => Number.parseInt(part, 16))
  return (minor & 0xff) + major * 0x100 + (minor & ~0xff) * 0x1000
}
