import { Buffer } from 'node:buffer'
import type { ScannerAddress } from '../settings.ts'
import { openConversation, ScannerFault, type Conversation, type Patience } from './conversation.ts'
import type { Scanner, Verdict } from './scanner.ts'

// Our own client (decision 0036): the protocol is a command, lengths and bytes (clamd(8)); what needs care is how long
// each wait may last, and which end of it means what.

/** Of one INSTREAM chunk: small enough for the sender to be held back, large enough to cost nothing. */
const CHUNK_BYTES = 256 * 1024
const LENGTH_BYTES = 4

const PATIENCE: Patience = { connectMs: 5_000, idleMs: 30_000, answerMs: 180_000, wholeMs: 60 * 60_000, restMs: 3_000 }
/** A question that needs no scanning is answered at once, or not at all. */
const QUICK_MS = 5_000

/** A client of clamd, by its INSTREAM command. It keeps no connection. */
export function createClamd(address: ScannerAddress, patience: Patience = PATIENCE): Scanner {
  const quick = { ...patience, answerMs: Math.min(patience.answerMs, QUICK_MS) }

  // One that hangs would otherwise hold every slot of a worker for as long as each waits for it.
  let restsUntil = 0

  async function engine(): Promise<string | undefined> {
    if (Date.now() < restsUntil) return undefined
    try {
      const conversation = await openConversation(address, quick)
      try {
        await conversation.send(Buffer.from('zVERSION\0'))
        return engineOf(await conversation.answer())
      } finally {
        conversation.close()
      }
    } catch (error) {
      if (!(error instanceof ScannerFault)) throw error
      if (error.isSilence) restsUntil = Date.now() + patience.restMs
      return undefined
    }
  }

  return {
    engine,
    async scan(bytes, signal) {
      // Asked before, so that a scanner that hangs costs no reading; signatures that come meanwhile are told by the next.
      const before = await engine()
      if (before === undefined) return unreachable('It does not answer.')
      signal.throwIfAborted()
      try {
        const conversation = await openConversation(address, patience, signal)
        try {
          return verdictOf(await ask(conversation, await bytes()), before)
        } finally {
          conversation.close()
        }
      } catch (error) {
        signal.throwIfAborted()
        if (!(error instanceof ScannerFault)) throw error
        // Over StreamMaxLength clamd may just close: then it lives on. One that was killed does not answer at once.
        const isAlive = error.isCutOff && (await engine()) !== undefined
        return isAlive
          ? { status: 'skipped', reason: 'too-large', detail: 'It broke off, and goes on.', engine: before }
          : unreachable(error.message)
      }
    },
  }
}

/** Sends everything, or as much as clamd takes: an answer in the middle is its last word. */
async function ask(conversation: Conversation, bytes: AsyncIterable<Uint8Array>): Promise<string> {
  await conversation.send(Buffer.from('zINSTREAM\0'))
  for await (const piece of bytes) {
    for (let at = 0; at < piece.byteLength; at += CHUNK_BYTES) {
      if (conversation.hasAnswered()) return conversation.answer()
      const chunk = piece.subarray(at, at + CHUNK_BYTES)
      await conversation.send(lengthOf(chunk.byteLength), chunk)
    }
  }
  await conversation.send(lengthOf(0))
  return conversation.answer()
}

function lengthOf(bytes: number): Buffer {
  const length = Buffer.alloc(LENGTH_BYTES)
  length.writeUInt32BE(bytes)
  return length
}

/** `ClamAV 1.4.3/27800/Thu Nov 20 …`: the date says nothing that the number does not. */
function engineOf(answer: string): string | undefined {
  const [name, signatures] = answer.split('/')
  if (name === undefined || !/^ClamAV \S/.test(name)) return undefined
  return signatures === undefined ? name : `${name}/${signatures}`
}

const LIMIT = /^Heuristics\.Limits\.Exceeded/i
const ENCRYPTED = /^Heuristics\.Encrypted/i

/** Whatever is not one of the two known good answers has not been scanned. */
export function verdictOf(answer: string, engine: string): Verdict {
  if (answer === 'stream: OK') return { status: 'clean', engine }
  const found = /^stream: (.+) FOUND$/.exec(answer)?.[1]
  if (found !== undefined) {
    // With AlertExceedsMax and AlertEncrypted clamd says by a name that it has not looked.
    if (LIMIT.test(found)) return { status: 'skipped', reason: 'too-large', detail: found, engine }
    if (ENCRYPTED.test(found)) return { status: 'skipped', reason: 'encrypted', detail: found, engine }
    return { status: 'infected', signature: nameOf(found), engine }
  }
  if (/size limit exceeded/i.test(answer)) return { status: 'skipped', reason: 'too-large', detail: answer, engine }
  return unreachable(answer === '' ? 'It gave no answer.' : answer)
}

const MOST_CHARACTERS = 200

/** Without the hash that clamd adds with ExtendedDetectionInfo, and without what no signature's name has. */
const nameOf = (found: string): string =>
  found
    .replace(/\([0-9a-f]{32}:\d+\)$/i, '')
    .replaceAll(/[^\x20-\x7e]/g, '')
    .slice(0, MOST_CHARACTERS)

const unreachable = (detail: string): Verdict => ({ status: 'skipped', reason: 'unreachable', detail })
