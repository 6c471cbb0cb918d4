import { Socket } from 'node:net'
import { createFrameReader, frameOf } from './frames.ts'

/** The pipe to whoever started this process, beside the three that every process has. */
export const CHANNEL_FD = 3

/** How far it has come is not worth telling more often. */
const TOLD_EVERY_MS = 1000

/** What a child says, and what it is asked. `turn`: which request is meant. */
export type Said = { ready: true } | { turn: number; progress: number } | { turn: number; answer: unknown }
export type Asked = { turn: number; request: unknown }

/**
 * What a child does: it answers one request after the other, as long as the one that started it lives. The first thing
 * it says is that it is ready.
 *
 * @param answer  gives plain values and bytes, and does not reject
 */
export function answerRequests<Request>(
  answer: (request: Request, report: (share: number) => void) => Promise<unknown>,
): void {
  const pipe = new Socket({ fd: CHANNEL_FD })
  const say = (said: Said) => {
    for (const piece of frameOf(said)) pipe.write(piece)
  }
  const hear = createFrameReader((message) => {
    const { turn, request } = message as Asked
    let toldAt = -Infinity
    const report = (progress: number) => {
      const now = performance.now()
      if (now - toldAt < TOLD_EVERY_MS) return
      toldAt = now
      say({ turn, progress })
    }
    void answer(request as Request, report).then((answered) => say({ turn, answer: answered }))
  })
  pipe.on('data', hear)
  pipe.on('error', () => process.exit(0))
  pipe.on('close', () => process.exit(0))
  say({ ready: true })
}
