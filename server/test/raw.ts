import { connect } from 'node:net'

/** What came back over a connection of its own, as it came. */
export type RawReply = { status: number; head: string; body: string; isCutOff: boolean }

/**
 * Sends bytes that need be no HTTP at all and reads until the server closes.
 *
 * @returns status 0 when no status line came
 */
export function askRaw(origin: string, bytes: Buffer, withinMs: number): Promise<RawReply> {
  const { hostname, port } = new URL(origin)
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    const socket = connect(Number(port), hostname, () => socket.write(bytes))
    let isCutOff = false
    const timer = setTimeout(() => {
      isCutOff = true
      socket.destroy()
    }, withinMs)
    socket.on('data', (chunk) => chunks.push(chunk))
    socket.on('error', () => undefined)
    socket.on('end', () => socket.end())
    socket.on('close', () => {
      clearTimeout(timer)
      // "100 Continue" announces the response and is none.
      const text = Buffer.concat(chunks)
        .toString('latin1')
        .replace(/^(HTTP\/1\.1 1\d\d [^\r]*\r\n\r\n)+/, '')
      const end = text.indexOf('\r\n\r\n')
      const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(text)?.[1] ?? 0)
      resolve({ status, head: end < 0 ? text : text.slice(0, end), body: end < 0 ? '' : text.slice(end + 4), isCutOff })
    })
  })
}
