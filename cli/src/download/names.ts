import { createHash } from 'node:crypto'

const MOST_BYTES = 255
/** Names that Windows keeps for devices, whatever follows them; a disk from here may be read there. */
const DEVICE = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)/i
const FORBIDDEN = /[\p{Cc}/\\\u202a-\u202e\u2066-\u2069]/gu
const FORBIDDEN_ON_WINDOWS = /[\p{Cc}/\\<>:"|?*\u202a-\u202e\u2066-\u2069]/gu

/**
 * A name from a server as one name in a folder here: never a path, never a device, never longer than a disk takes.
 *
 * @param id  of what has the name; two names that are cut to the same length stay two
 */
export function safeName(name: string, id: string, platform: NodeJS.Platform): string {
  const isWindows = platform === 'win32'
  let safe = name.toWellFormed().replace(isWindows ? FORBIDDEN_ON_WINDOWS : FORBIDDEN, '_')
  if (isWindows) safe = safe.replace(/[. ]+$/, '_')
  if (DEVICE.test(safe)) safe = `_${safe}`
  if (safe.trim() === '' || safe === '.' || safe === '..') safe = '_'.repeat(Math.max(1, safe.length))
  // What this program itself leaves beside files that are on their way.
  if (safe.startsWith('.trove-')) safe = `_${safe}`
  return shorten(safe, id)
}

function shorten(name: string, id: string): string {
  if (Buffer.byteLength(name) <= MOST_BYTES) return name
  const mark = `~${createHash('sha256').update(id).digest('hex').slice(0, 8)}`
  const [ending = ''] = /\.[^.]{1,16}$/u.exec(name) ?? []
  const room = MOST_BYTES - Buffer.byteLength(mark + ending)
  let stem = ''
  for (const character of name.slice(0, name.length - ending.length)) {
    if (Buffer.byteLength(stem + character) > room) break
    stem += character
  }
  return stem + mark + ending
}

/** Which names a disk takes for the same. */
export type Disk = { platform: NodeJS.Platform; isCaseBlind: boolean }

/** Gives out names in folders, each once: the second of the same name becomes `name (2).jpg`. */
export function createNames({
  platform,
  isCaseBlind,
}: Disk): (folder: string, about: { id: string; name: string }) => string {
  const given = new Map<string, Set<string>>()
  const same = (name: string) => {
    const normal = isCaseBlind || platform === 'darwin' ? name.normalize('NFC') : name
    return isCaseBlind ? normal.toLowerCase() : normal
  }
  return (folder, { id, name }) => {
    const taken = given.get(folder) ?? new Set()
    given.set(folder, taken)
    const safe = safeName(name, id, platform)
    let free = safe
    for (let count = 2; taken.has(same(free)); count++) free = shorten(numbered(safe, count), `${id} ${count}`)
    taken.add(same(free))
    return free
  }
}

const numbered = (name: string, count: number): string => {
  const [ending = ''] = /(?<=.)\.[^.]{1,16}$/u.exec(name) ?? []
  return `${name.slice(0, name.length - ending.length)} (${count})${ending}`
}
