import type { Socket } from 'node:net'
import type { Asked, Said } from './asked.ts'
import { createFrameReader, FRAME_LIMITS, frameOf } from './frames.ts'

/** All that a child may say of one request, in bytes: its answer, and how far it has come as often as it likes. */
const MOST_SAID = FRAME_LIMITS.mostBytes + FRAME_LIMITS.mostWords + 8 * 1024 ** 2

/** And how often: once a second is how far it has come, for more than a day. */
const MOST_MESSAGES = 100_000

/** Who listens while a child is at a request. */
export type Listener = { onProgress(share: number): void; onAnswer(answer: unknown): void }

export type Channel = {
  /** Sends a request. Until the next one, or until it is called off, what is said of it goes to the listener. */
  ask(request: unknown, listener: Listener): void
  hangUp(): void
  readonly isOpen: boolean
  /** Whether it keeps this process from ending. */
  ref(): void
  unref(): void
}

/**
 * This end of the pipe to a child, which may have been taken over: it can neither fill the memory of this process nor
 * end it. Anything but an answer to what was asked, once, is `broken`, and nothing is read of it any more.
 */
export function openChannel(
  pipe: Socket,
  { ready, broken }: { ready: () => void; broken: (why: string) => void },
): Channel {
  let turn = 0
  let said = 0
  let messages = 0
  let listener: Listener | undefined
  const end = (why: string) => {
    if (pipe.destroyed) return
    pipe.destroy()
    broken(why)
  }
  const hear = createFrameReader((message) => {
    if (pipe.destroyed) return
    if (++messages > MOST_MESSAGES) return end('it answered more than may be')
    if (isReady(message) && turn === 0) return ready()
    if (!isSaid(message) || message.turn !== turn) return end('it answered something else')
    if ('progress' in message) {
      if (typeof message.progress === 'number') listener?.onProgress(Math.min(1, Math.max(0, message.progress)))
    } else if (listener === undefined) end('it answered what it was not asked')
    else {
      const { onAnswer } = listener
      listener = undefined
      onAnswer(message.answer)
    }
  })
  pipe.on('error', () => undefined) // a child that is gone is heard of by its end
  pipe.on('data', (piece: Buffer) => {
    said += piece.length
    if (said > MOST_SAID) return end('it answered more than may be')
    try {
      hear(piece)
    } catch {
      end('it answered something else')
    }
  })
  return {
    ask(request, to) {
      turn++
      said = 0
      messages = 0
      listener = to
      for (const piece of frameOf({ turn, request } satisfies Asked)) pipe.write(piece)
    },
    hangUp() {
      listener = undefined
    },
    get isOpen() {
      return !pipe.destroyed
    },
    ref: () => void pipe.ref(),
    unref: () => void pipe.unref(),
  }
}

const isReady = (message: unknown): boolean =>
  typeof message === 'object' && message !== null && 'ready' in message && message.ready === true

const isSaid = (message: unknown): message is Exclude<Said, { ready: true }> =>
  typeof message === 'object' && message !== null && 'turn' in message && ('progress' in message || 'answer' in message)
