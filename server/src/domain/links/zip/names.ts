/** Longest name that every file system takes, in bytes of UTF-8. */
const MOST_NAME_BYTES = 200
/** What some file system, or some program that unpacks, takes for more than a name. */
const UNSAFE = /[\p{Cc}\p{Cf}/\\:*?"<>|]/gu
const RESERVED = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i

/** A name that can be a file or folder on every system, and leads nowhere else. */
export function safeName(name: string): string {
  const plain = name
    .toWellFormed()
    .normalize('NFC')
    .replace(UNSAFE, '_')
    .replace(/[. ]+$/, '')
    .replace(/^ +/, '')
  const kept = shorten(plain)
  if (kept === '' || /^\.+$/.test(kept)) return '_'
  return RESERVED.test(kept) ? `_${kept}` : kept
}

/** Cut in its middle, so that the extension stays. */
function shorten(name: string): string {
  if (bytesOf(name) <= MOST_NAME_BYTES) return name
  const extension = /\.[^.]{1,20}$/.exec(name)?.[0] ?? ''
  let stem = [...name.slice(0, name.length - extension.length)]
  while (bytesOf(stem.join('') + extension) > MOST_NAME_BYTES) stem = stem.slice(0, -1)
  return stem.join('') + extension
}

const bytesOf = (text: string): number => new TextEncoder().encode(text).byteLength

/** Gives each path once, whatever the case of its letters: what comes second is numbered. */
export function createPaths(): (folders: readonly string[], name: string) => string {
  const taken = new Set<string>()
  return (folders, name) => {
    const place = folders.map((folder) => `${safeName(folder)}/`).join('')
    const safe = safeName(name)
    const [, stem = safe, extension = ''] = /^(.+?)(\.[^.]*)?$/s.exec(safe) ?? []
    for (let number = 1; ; number++) {
      const path = `${place}${number === 1 ? safe : `${stem} (${number})${extension}`}`
      if (taken.has(path.toLowerCase())) continue
      taken.add(path.toLowerCase())
      return path
    }
  }
}
