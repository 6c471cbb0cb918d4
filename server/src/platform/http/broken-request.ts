import { randomUUID } from 'node:crypto'
import type { Duplex } from 'node:stream'
import { Problem } from '../problem.ts'
import { bodyOf, PROBLEM_CONTENT_TYPE } from './problem.ts'

/** The ways in which a request can be none, as Node calls them where it has a word, with the status of each. */
const BROKEN: Record<string, { line: string; detail: string }> = {
  HPE_HEADER_OVERFLOW: {
    line: '431 Request Header Fields Too Large',
    detail: 'The head of the request is larger than is read here.',
  },
  ERR_HTTP_REQUEST_TIMEOUT: { line: '408 Request Timeout', detail: 'The request did not arrive in time.' },
  EXPECTATION: { line: '417 Expectation Failed', detail: 'Nothing can be expected here but 100-continue.' },
}
const OTHERWISE = { line: '400 Bad Request', detail: 'This cannot be read as a request.' }

/** Refuses what cannot be read as a request. There is no response to write to, only the connection, which ends. */
export function refuseBroken(
  error: NodeJS.ErrnoException | { code?: string },
  socket: Duplex,
  headers: Record<string, string>,
): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy()
  const { line, detail } = BROKEN[error.code ?? ''] ?? OTHERWISE
  const body = JSON.stringify({
    ...bodyOf(new Problem('invalid-request', detail), randomUUID()),
    status: Number(line.slice(0, 3)),
  })
  const all = {
    ...headers,
    'content-type': PROBLEM_CONTENT_TYPE,
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close',
  }
  const head = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
  socket.end(`HTTP/1.1 ${line}\r\n${head.join('')}\r\n${body}`, () => socket.destroy())
}
