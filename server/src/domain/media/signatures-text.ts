/** How far the beginning of a text is looked through for its first element, in characters. */
const PROLOGUE = 16_384

/** Elements that a browser takes for HTML at the beginning (WHATWG MIME Sniffing §7.1). */
const HTML =
  /^<(!doctype\s+html|html|head|body|script|iframe|h1|div|font|table|a|style|title|b|br|p|base|link|meta|form|object|embed|img)[\s>/]/i

/** The media type of bytes that are text: `text/plain` when nothing more can be said; undefined when they are not text. */
export function sniffText(bytes: Buffer): string | undefined {
  const text = decode(bytes)
  if (text === undefined) return undefined
  if (text.startsWith('#!')) return 'application/x-sh'
  const start = skipPrologue(text)
  if (/^<\?php\b|^<\?=/i.test(text.slice(start, start + 8))) return 'application/x-httpd-php'
  if (/^@echo\s+off\b/i.test(text.slice(start, start + 12))) return 'application/x-bat'
  const first = text.slice(start, start + 32)
  if (/^<([a-z]{1,12}:)?svg[\s>/]/i.test(first)) return 'image/svg+xml'
  const isXml = /^\s*<\?xml[\s?]/i.test(text.slice(0, 64))
  if (isXml ? /^<(!doctype\s+)?html[\s>]/i.test(first) : HTML.test(first)) return 'text/html'
  if (isXml) return 'application/xml'
  if (/^BEGIN:VCALENDAR/.test(first)) return 'text/calendar'
  if (/^BEGIN:VCARD/.test(first)) return 'text/vcard'
  if (/^WEBVTT[\s]/.test(`${first} `)) return 'text/vtt'
  return 'text/plain'
}

/** Behind white space, comments, processing instructions and a document type: where the first element begins. */
function skipPrologue(text: string): number {
  let at = 0
  for (let round = 0; round < 64 && at < PROLOGUE; round++) {
    while (at < PROLOGUE && /\s/.test(text.charAt(at))) at++
    const end = endOfMisc(text, at)
    if (end === undefined) return at
    at = end
  }
  return at
}

function endOfMisc(text: string, at: number): number | undefined {
  if (text.startsWith('<!--', at)) return behind(text, '-->', at + 4)
  if (text.startsWith('<?xml', at)) return behind(text, '?>', at + 2)
  if (!/^<!doctype\s/i.test(text.slice(at, at + 10)) || /^<!doctype\s+html[\s>]/i.test(text.slice(at, at + 32)))
    return undefined
  const close = text.indexOf('>', at)
  const subset = text.indexOf('[', at)
  return subset >= 0 && subset < close ? behind(text, ']>', subset) : behind(text, '>', at)
}

function behind(text: string, mark: string, from: number): number {
  const at = text.indexOf(mark, from)
  return at < 0 ? text.length : at + mark.length
}

function decode(bytes: Buffer): string | undefined {
  if (bytes.length === 0) return undefined
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return decodeAs('utf-16le', bytes)
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return decodeAs('utf-16be', bytes)
  if (bytes.some(isControl)) return undefined
  // Old subtitles and tables are in a code page of one byte a letter: text too, so long as it has no control characters.
  return decodeAs('utf-8', bytes) ?? (isMostlyAscii(bytes) ? bytes.toString('latin1') : undefined)
}

const isMostlyAscii = (bytes: Buffer): boolean =>
  bytes.reduce((sum, byte) => sum + (byte < 0x80 ? 1 : 0), 0) > bytes.length * 0.7

/** The last character may be cut off by the end of the head: `stream` keeps that from being a fault. */
function decodeAs(encoding: string, bytes: Buffer): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes, { stream: true })
  } catch {
    return undefined
  }
}

/** Bytes that no text has, of those below 0x20 and 0x7f: all but backspace, tab, line feed, vertical tab, form feed, return and escape. */
const isControl = (byte: number): boolean =>
  byte < 0x20 && !((byte >= 0x08 && byte <= 0x0d) || byte === 0x1b || byte === 0x1a)
