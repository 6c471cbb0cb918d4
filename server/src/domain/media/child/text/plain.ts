import { open } from 'node:fs/promises'
import { TextDecoder } from 'node:util'

/** Read of a file that claims to be text; more than its passages hold in any encoding. */
const MOST_BYTES = 16 * 1024 ** 2

/** The text of a file, whatever it is written in: UTF-16 where it says so, else UTF-8, else what Windows wrote of old. */
export async function readPlain(path: string): Promise<string> {
  const file = await open(path)
  try {
    const buffer = Buffer.alloc(Math.min(MOST_BYTES, (await file.stat()).size))
    const { bytesRead } = await file.read(buffer, 0, buffer.length, 0)
    return decodeText(buffer.subarray(0, bytesRead))
  } finally {
    await file.close()
  }
}

function decodeText(bytes: Uint8Array): string {
  const [first, second] = bytes
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(bytes)
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be').decode(bytes)
  try {
    // As a stream: the last letter may be cut in two.
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true })
  } catch {
    return new TextDecoder('windows-1252').decode(bytes)
  }
}

/** Whether it reads as text at all: a certificate or a dump may have the name of one. */
export function isReadable(text: string): boolean {
  const sample = text.slice(0, 65_536)
  // oxlint-disable-next-line no-control-regex
  const unreadable = sample.match(/[\u0000-\u0008\u000e-\u001a\u001c-\u001f\ufffd]/g)?.length ?? 0
  return unreadable <= 2 + sample.length / 50
}

/** An e-mail message without the files attached to it, which are long lines of base64 (RFC 2045, §6.8). */
export const withoutAttachments = (message: string): string =>
  message
    .split('\n')
    .map((line) => (line.length >= 60 && !/[^A-Za-z0-9+/=\r]/.test(line) ? '' : line))
    .join('\n')
