import type { LiveMessage } from '@trove/contract/events'

/** Messages written out once for everybody who hears them. */
export type Written = {
  readonly texts: readonly string[]
  /** All of them as frames of WebSocket, to be written to a connection as they are. */
  frames(): Buffer
}

export function write(messages: readonly LiveMessage[]): Written {
  const texts = messages.map((message) => JSON.stringify(message))
  let framed: Buffer | undefined
  return { texts, frames: () => (framed ??= Buffer.concat(texts.map(frameOf))) }
}

const WHOLE_TEXT = 0x81
const SHORT = 125
const MEDIUM = 0xff_ff

/** One message in one frame, as a server sends it: whole, not masked and not compressed (RFC 6455 §5.2). */
function frameOf(text: string): Buffer {
  const bytes = Buffer.byteLength(text)
  const head = bytes <= SHORT ? 2 : bytes <= MEDIUM ? 4 : 10
  const frame = Buffer.allocUnsafe(head + bytes)
  frame[0] = WHOLE_TEXT
  if (bytes <= SHORT) frame[1] = bytes
  else if (bytes <= MEDIUM) {
    frame[1] = 126
    frame.writeUInt16BE(bytes, 2)
  } else {
    frame[1] = 127
    frame.writeBigUInt64BE(BigInt(bytes), 2)
  }
  frame.write(text, head)
  return frame
}
