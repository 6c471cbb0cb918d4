import { createHash } from 'node:crypto'
import { open, type FileHandle } from 'node:fs/promises'

/** A line is a hash of 40 digits, or the beginning of one, and perhaps a count: `5BAA61E4…:52256179`. */
const LINE_BYTES = 64
const LINE = /^([0-9a-f]{10,40})(?::\d+)?\s*$/i

/**
 * Whether a password is on a list of those that thieves know: SHA-1 in hexadecimal, one a line, in order, as
 * Have I Been Pwned gives them out. Read where the answer would be, some 30 reads, however long the list.
 */
export async function isBreached(file: string, password: string): Promise<boolean> {
  const hash = createHash('sha1').update(password).digest('hex').toUpperCase()
  const list = await open(file, 'r')
  try {
    let low = 0
    let high = (await list.stat()).size
    // The first line that begins at or after `low` and before `high` is looked at; it halves what is left.
    while (low < high) {
      const middle = Math.floor((low + high) / 2)
      const line = await lineAt(list, middle)
      if (line === undefined) {
        high = middle
        continue
      }
      if (hash.startsWith(line.text)) return true
      if (line.text < hash) low = line.end
      else high = middle
    }
    return false
  } finally {
    await list.close()
  }
}

/** The first whole line that begins at `position` or later. */
async function lineAt(list: FileHandle, position: number): Promise<{ text: string; end: number } | undefined> {
  // One byte before tells whether a line begins right here.
  const from = Math.max(0, position - 1)
  const { bytesRead, buffer } = await list.read(Buffer.alloc(LINE_BYTES * 2), 0, LINE_BYTES * 2, from)
  const bytes = buffer.subarray(0, bytesRead)
  const begin = position === 0 ? 0 : bytes.indexOf(0x0a) + 1
  if ((position > 0 && begin === 0) || begin >= bytes.length) return undefined
  const newline = bytes.indexOf(0x0a, begin)
  const end = newline === -1 ? bytes.length : newline + 1
  const text = LINE.exec(bytes.toString('latin1', begin, end))?.[1]
  if (text === undefined) throw new Error('the list of breached passwords has a line that is no SHA-1')
  return { text: text.toUpperCase(), end: from + end }
}
