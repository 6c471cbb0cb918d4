import { connect, type Socket } from 'node:net'

/** A connection to the live feed that costs next to nothing, so that thousands of them fit beside what is measured. */
export type RawLive = { terminate(): void }

const PONG = Buffer.from([0x8a, 0x80, 0, 0, 0, 0])
const TEXT = 1
const PING = 9

/**
 * Opens one and resolves with the greeting heard.
 *
 * @param hear  each message, as it lies in memory: `bytes` from `start` to `end`, good until it returns
 */
export function openRawLive(
  { origin, authorization, cursor }: { origin: string; authorization: string; cursor: string | undefined },
  hear: (bytes: Buffer, start: number, end: number) => void,
): Promise<RawLive> {
  const { hostname, port } = new URL(origin)
  const query = cursor === undefined ? '' : `?cursor=${cursor}`
  const socket = connect(Number(port), hostname)
  socket.setNoDelay(true)
  socket.write(
    `GET /api/live${query} HTTP/1.1\r\nHost: ${hostname}:${port}\r\nAuthorization: ${authorization}\r\n` +
      'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n' +
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
  )
  return new Promise((resolve, reject) => {
    let rest: Buffer | undefined
    let isOpen = false
    socket.on('error', reject)
    socket.on('data', (chunk: Buffer) => {
      let bytes = rest === undefined ? chunk : Buffer.concat([rest, chunk])
      rest = undefined
      if (!isOpen) {
        const head = bytes.indexOf('\r\n\r\n')
        if (head === -1) return void (rest = bytes)
        if (!bytes.subarray(0, 12).equals(SWITCHING)) return reject(new Error(bytes.subarray(0, head).toString()))
        isOpen = true
        bytes = bytes.subarray(head + 4)
      }
      const left = readFrames(socket, bytes, (start, end) => {
        hear(bytes, start, end)
        resolve({ terminate: () => socket.destroy() })
      })
      if (left < bytes.length) rest = bytes.subarray(left)
    })
  })
}

const SWITCHING = Buffer.from('HTTP/1.1 101')

/** Returns where the first frame begins that has not come whole. */
function readFrames(socket: Socket, bytes: Buffer, hear: (start: number, end: number) => void): number {
  let at = 0
  while (bytes.length - at >= 2) {
    const short = (bytes[at + 1] ?? 0) & 0x7f
    const head = short === 126 ? 4 : short === 127 ? 10 : 2
    if (bytes.length - at < head) return at
    const length = head === 2 ? short : head === 4 ? bytes.readUInt16BE(at + 2) : Number(bytes.readBigUInt64BE(at + 2))
    const end = at + head + length
    if (end > bytes.length) return at
    const kind = (bytes[at] ?? 0) & 0x0f
    if (kind === TEXT) hear(at + head, end)
    else if (kind === PING) socket.write(PONG)
    at = end
  }
  return at
}
