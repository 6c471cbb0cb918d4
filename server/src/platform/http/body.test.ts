import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import { connect, type AddressInfo, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { after, before, describe, test } from 'node:test'
import { createHashing, SLAB_BYTES } from '../hashing/index.ts'
import { readBody, type Interruption } from './body.ts'

type Read = { bytes: Buffer; pieces: number; interruption: Interruption | undefined }

const hashing = createHashing()
const server = createServer()
before(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)))
after(async () => {
  server.closeAllConnections()
  server.close()
  await hashing.close()
})

/** What a server reads of a request whose body is sent by `send`. */
async function read(
  announced: number,
  send: (socket: Socket) => Promise<void> | void,
  options: { stallMs?: number; signal?: AbortSignal; takeMs?: number } = {},
): Promise<Read> {
  const arrived = new Promise<IncomingMessage>((resolve) =>
    server.once('request', (request, response) => {
      resolve(request)
      response.on('error', () => undefined)
    }),
  )
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  socket.on('error', () => undefined)
  socket.write(`PATCH / HTTP/1.1\r\nHost: x\r\nContent-Length: ${announced}\r\n\r\n`)
  const sending = send(socket)
  const { stallMs = 10_000, signal = new AbortController().signal, takeMs = 0 } = options
  const body = readBody(await arrived, { slabs: hashing.slabs, ahead: 2, lingerMs: 20, stallMs, signal })
  const pieces: Buffer[] = []
  for await (const slab of body.slabs()) {
    pieces.push(Buffer.from(slab.bytes.subarray(0, slab.length)))
    slab.release()
    if (takeMs > 0) await delay(takeMs)
  }
  await sending
  socket.destroy()
  return { bytes: Buffer.concat(pieces), pieces: pieces.length, interruption: body.interruption() }
}

describe('the body of a request', () => {
  test('comes in full slabs, whatever it was sent in', async () => {
    const sent = randomBytes(3 * SLAB_BYTES + 5)
    const got = await read(sent.length, (socket) => void socket.write(sent))
    assert.ok(got.bytes.equals(sent))
    assert.ok(got.pieces <= 5)
    assert.equal(got.interruption, undefined)
  })

  test('waits for whoever takes it slowly, and loses nothing', async () => {
    const sent = randomBytes(8 * SLAB_BYTES + 1)
    const got = await read(sent.length, (socket) => void socket.write(sent), { takeMs: 15 })
    assert.ok(got.bytes.equals(sent))
  })

  test('is handed over in parts when it comes slowly', async () => {
    const sent = randomBytes(30)
    const got = await read(30, async (socket) => {
      for (let at = 0; at < 30; at += 10) {
        socket.write(sent.subarray(at, at + 10))
        await delay(60)
      }
    })
    assert.ok(got.bytes.equals(sent))
    assert.equal(got.pieces, 3)
  })

  test('that a client leaves is told, with what had been read', async () => {
    const sent = randomBytes(SLAB_BYTES + 100)
    const got = await read(10 * SLAB_BYTES, async (socket) => {
      socket.write(sent)
      await delay(150)
      socket.destroy()
    })
    assert.ok(got.bytes.equals(sent))
    assert.equal(got.interruption, 'left')
  })

  test('that stands still is given up', async () => {
    const got = await read(100, (socket) => void socket.write('abc'), { stallMs: 150 })
    assert.deepEqual([got.bytes.toString(), got.interruption], ['abc', 'stalled'])
  })

  test('that is slow but moves is not', async () => {
    const got = await read(
      8,
      async (socket) => {
        for (const letter of 'abcdefgh') {
          socket.write(letter)
          await delay(50)
        }
      },
      { stallMs: 200 },
    )
    assert.deepEqual([got.bytes.toString(), got.interruption], ['abcdefgh', undefined])
  })

  test('can be interrupted', async () => {
    const controller = new AbortController()
    const got = await read(
      100,
      async (socket) => {
        socket.write('abc')
        await delay(100)
        controller.abort()
      },
      { signal: controller.signal },
    )
    assert.deepEqual([got.bytes.toString(), got.interruption], ['abc', 'interrupted'])
  })
})
