import { Buffer } from 'node:buffer'
import { connect, type Socket } from 'node:net'
import type { ScannerAddress } from '../settings.ts'

/** How long which part may take, in milliseconds. */
export type Patience = {
  connectMs: number
  /** Without a byte being taken, while bytes are sent. */
  idleMs: number
  /** From the last byte sent to the answer: the scanning itself. */
  answerMs: number
  /** Everything together. */
  wholeMs: number
  /** After it was silent, so long nobody waits for it again. */
  restMs: number
}

const SILENT = 'It does not answer.'

/** The scanner is at fault, not the bytes. */
export class ScannerFault extends Error {
  /** The other side ended it in the middle, without a word. */
  readonly isCutOff: boolean
  /** It did not say anything for as long as was waited. */
  get isSilence(): boolean {
    return this.message === SILENT
  }
  constructor(message: string, isCutOff = false) {
    super(message)
    this.name = 'ScannerFault'
    this.isCutOff = isCutOff
  }
}

export type Conversation = {
  /** Resolves when there is room for more. @throws ScannerFault */
  send(...pieces: readonly Uint8Array[]): Promise<void>
  hasAnswered(): boolean
  /** The one answer, to its NUL. @throws ScannerFault */
  answer(): Promise<string>
  close(): void
}

/** An answer is a line; more than this is none. */
const MOST_ANSWER_BYTES = 4096

/**
 * One connection, one command, one answer. Every wait has an end.
 *
 * @throws ScannerFault
 */
export async function openConversation(
  address: ScannerAddress,
  patience: Patience,
  signal?: AbortSignal,
): Promise<Conversation> {
  const socket = connect({ ...address, noDelay: true })
  const whole = setTimeout(() => socket.destroy(new ScannerFault('It took too long.')), patience.wholeMs)
  const leave = () => socket.destroy(new ScannerFault('It was not waited for.'))
  signal?.addEventListener('abort', leave, { once: true })
  socket.once('close', () => {
    clearTimeout(whole)
    signal?.removeEventListener('abort', leave)
  })
  await connected(socket, patience.connectMs)
  return converse(socket, patience)
}

async function connected(socket: Socket, connectMs: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  socket.setTimeout(connectMs, () => socket.destroy(new ScannerFault(SILENT)))
  // Stays for good: whoever has left must not break the process with a late fault.
  socket.on('error', (error) => reject(faultOf(error)))
  socket.once('connect', resolve)
  await promise
}

function converse(socket: Socket, { idleMs, answerMs }: Patience): Conversation {
  const { promise: answered, resolve, reject } = Promise.withResolvers<string>()
  // Whoever sends hears of it by the answer.
  answered.catch(() => undefined)
  const state = { text: undefined as string | undefined }
  const heard: Buffer[] = []
  let bytes = 0
  const conclude = () => {
    const said = Buffer.concat(heard).toString('utf8')
    const end = said.indexOf('\0')
    state.text = (end === -1 ? said : said.slice(0, end)).trim()
    resolve(state.text)
  }
  socket.removeAllListeners('timeout')
  socket.setTimeout(idleMs, () => socket.destroy(new ScannerFault(SILENT)))
  socket.on('data', (part: Buffer) => {
    heard.push(part)
    bytes += part.length
    if (bytes > MOST_ANSWER_BYTES) socket.destroy(new ScannerFault('It says too much.'))
    else if (part.includes(0)) conclude()
  })
  socket.on('end', () => (bytes > 0 ? conclude() : undefined))
  socket.on('error', (error) => (bytes > 0 && isBroken(error) ? conclude() : reject(faultOf(error))))
  socket.on('close', () => reject(new ScannerFault('It ended the connection.', true)))
  return {
    async send(...pieces) {
      if (state.text !== undefined) return
      const { promise: sent, resolve: done } = Promise.withResolvers<void>()
      socket.setTimeout(idleMs)
      socket.cork()
      for (const [i, piece] of pieces.entries()) socket.write(piece, i === pieces.length - 1 ? () => done() : undefined)
      socket.uncork()
      await Promise.race([sent, answered])
    },
    hasAnswered: () => state.text !== undefined,
    answer() {
      if (state.text === undefined) socket.setTimeout(answerMs)
      return answered
    },
    close: () => socket.destroy(),
  }
}

const BROKEN = new Set(['EPIPE', 'ECONNRESET', 'ECONNABORTED'])
const isBroken = (error: Error): boolean => BROKEN.has((error as NodeJS.ErrnoException).code ?? '')

function faultOf(error: Error): ScannerFault {
  if (error instanceof ScannerFault) return error
  return new ScannerFault(
    `It cannot be reached (${(error as NodeJS.ErrnoException).code ?? error.name}).`,
    isBroken(error),
  )
}
