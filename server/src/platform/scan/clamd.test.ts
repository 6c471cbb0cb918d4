import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { createServer, type Server, type Socket } from 'node:net'
import type { AddressInfo } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { eicar, MARKER, startClamd, STREAM_MAX_BYTES, withoutClamd, type Clamd } from '../../../test/services/clamav.ts'
import { createClamd, verdictOf } from './clamd.ts'

const MIB = 1024 ** 2
const never = new AbortController().signal
const SHORT = { connectMs: 500, idleMs: 700, answerMs: 1_000, wholeMs: 10_000, restMs: 0 }

const of =
  (...pieces: readonly Uint8Array[]) =>
  () =>
    Promise.resolve(from(pieces))
async function* from(pieces: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* pieces
}
/** So many MiB that no signature knows, made as they are asked for. */
async function* mebibytes(count: number, taken = { count: 0 }): AsyncGenerator<Uint8Array> {
  const piece = randomBytes(MIB)
  for (let i = 0; i < count; i += 1) {
    taken.count += 1
    yield piece
  }
}

const addressOf = (url: string) => ({ host: '127.0.0.1', port: Number(new URL(url).port) })

describe('the client of clamd', () => {
  describe('with a real clamd', { skip: withoutClamd }, () => {
    let clamd: Clamd
    let scanner: ReturnType<typeof createClamd>

    before(async () => {
      clamd = await startClamd()
      scanner = createClamd(addressOf(clamd.url), SHORT)
    })
    after(() => clamd.stop())

    test('tells its engine, what is clean, and what is infected by its name', async () => {
      const engine = await scanner.engine()
      assert.match(engine ?? '', /^ClamAV \d/)
      assert.deepEqual(await scanner.scan(of(Buffer.from('a plain text')), never), { status: 'clean', engine })
      const infected = await scanner.scan(of(eicar()), never)
      assert.deepEqual(infected, { status: 'infected', signature: 'Trove.Test.Eicar.UNOFFICIAL', engine })
    })

    test('finds what lies across two pieces, and in the middle of megabytes', async () => {
      const [first, second] = [Buffer.from(MARKER.slice(0, 9)), Buffer.from(MARKER.slice(9))]
      const verdict = await scanner.scan(of(randomBytes(MIB), first, second, randomBytes(MIB)), never)
      assert.equal(verdict.status, 'infected')
    })

    test('sends pieces larger than a chunk whole', async () => {
      const bytes = randomBytes(3 * MIB)
      bytes.write(MARKER, 3 * MIB - MARKER.length)
      assert.equal((await scanner.scan(of(bytes), never)).status, 'infected')
    })

    test('calls too large what is over StreamMaxLength, and stops sending', async () => {
      const taken = { count: 0 }
      const verdict = await scanner.scan(() => Promise.resolve(mebibytes(200, taken)), never)
      assert.deepEqual([verdict.status, 'reason' in verdict && verdict.reason], ['skipped', 'too-large'])
      assert.ok(taken.count < 60, `${taken.count} MiB were read for a limit of ${STREAM_MAX_BYTES / MIB}`)
    })

    test('calls too large what is over MaxFileSize, which is not an infection', async () => {
      const verdict = await scanner.scan(() => Promise.resolve(mebibytes(6)), never)
      assert.deepEqual([verdict.status, 'reason' in verdict && verdict.reason], ['skipped', 'too-large'])
    })

    test('several at a time each get their own answer', async () => {
      const verdicts = await Promise.all(
        Array.from({ length: 12 }, (_, i) =>
          scanner.scan(of(randomBytes(MIB), Buffer.from(i % 2 === 0 ? MARKER : 'nothing')), never),
        ),
      )
      assert.deepEqual(
        verdicts.map(({ status }) => status),
        Array.from({ length: 12 }, (_, i) => (i % 2 === 0 ? 'infected' : 'clean')),
      )
    })

    test('one that hangs is unreachable after a bounded time, also in the middle', async () => {
      clamd.freeze()
      try {
        const began = Date.now()
        const verdict = await scanner.scan(of(eicar()), never)
        assert.deepEqual([verdict.status, 'reason' in verdict && verdict.reason], ['skipped', 'unreachable'])
        assert.ok(Date.now() - began < 5_000)
      } finally {
        clamd.thaw()
      }
      assert.equal((await scanner.scan(of(eicar()), never)).status, 'infected', 'it goes on')
      async function* freezing() {
        yield randomBytes(MIB)
        clamd.freeze()
        yield* mebibytes(50)
      }
      try {
        const verdict = await scanner.scan(() => Promise.resolve(freezing()), never)
        assert.deepEqual([verdict.status, 'reason' in verdict && verdict.reason], ['skipped', 'unreachable'])
      } finally {
        clamd.thaw()
      }
    })

    test('one that is killed in the middle is unreachable, and found again when it is back', async () => {
      async function* killing() {
        yield randomBytes(MIB)
        await clamd.kill()
        yield* mebibytes(3)
      }
      const verdict = await scanner.scan(() => Promise.resolve(killing()), never)
      assert.deepEqual([verdict.status, 'reason' in verdict && verdict.reason], ['skipped', 'unreachable'])
      assert.equal(await scanner.engine(), undefined)
      await clamd.start()
      assert.equal((await scanner.scan(of(eicar()), never)).status, 'infected')
    })

    test('a fault of the bytes is no answer of the scanner, and an abort ends it at once', async () => {
      async function* breaking() {
        yield randomBytes(10)
        throw new Error('the disk is gone')
      }
      await assert.rejects(
        scanner.scan(() => Promise.resolve(breaking()), never),
        /the disk is gone/,
      )
      async function* stalling() {
        yield randomBytes(10)
        await delay(200)
        yield randomBytes(10)
      }
      const aborted = new AbortController()
      setTimeout(() => aborted.abort(new Error('the worker stops')), 50)
      await assert.rejects(
        scanner.scan(() => Promise.resolve(stalling()), aborted.signal),
        /the worker stops/,
      )
    })
  })

  describe('with a scanner that misbehaves', () => {
    let server: Server
    let talk: (socket: Socket) => void

    before(async () => {
      server = createServer((socket) => {
        socket.on('error', () => undefined)
        socket.once('data', (first: Buffer) => {
          if (first.toString().startsWith('zVERSION')) socket.end('ClamAV 9.9.9/1234/Mon\0')
          else talk(socket)
        })
      })
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    })
    after(() => new Promise((resolve) => server.close(resolve)))

    const scan = (bytes = 10) =>
      createClamd({ host: '127.0.0.1', port: (server.address() as AddressInfo).port }, SHORT).scan(
        of(randomBytes(bytes)),
        never,
      )

    test('one that closes without a word and lives on has had too much', async () => {
      talk = (socket) => socket.destroy()
      const verdict = await scan(MIB)
      assert.deepEqual([verdict.status, 'reason' in verdict && verdict.reason], ['skipped', 'too-large'])
    })

    test('no other answer than the known ones is clean', async () => {
      for (const answer of [
        '',
        'OK',
        'stream: OKAY',
        'stream:OK',
        'stream: Can not open file ERROR',
        'UNKNOWN COMMAND',
      ]) {
        talk = (socket) => socket.end(`${answer}\0`)
        const verdict = await scan()
        assert.deepEqual([verdict.status, 'reason' in verdict && verdict.reason], ['skipped', 'unreachable'], answer)
      }
    })

    test('one that never answers, or never ends its answer, is not waited for', async () => {
      talk = () => undefined
      assert.equal((await scan()).status, 'skipped')
      talk = (socket) => socket.write('x'.repeat(100_000))
      assert.equal((await scan()).status, 'skipped')
    })
  })

  test('answers are read strictly, and names without what has no place in them', () => {
    const engine = 'ClamAV 1'
    assert.deepEqual(verdictOf('stream: Win.Test(44d88612fea8a8f36de82e1278abb02f:68) FOUND', engine), {
      status: 'infected',
      signature: 'Win.Test',
      engine,
    })
    assert.equal(verdictOf('stream: Heuristics.Encrypted.Zip FOUND', engine).status, 'skipped')
    assert.equal(verdictOf('stream: OK FOUND', engine).status, 'infected')
  })
})
