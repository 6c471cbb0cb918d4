import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { openRecording } from '../../src/domain/media/child/demux.ts'
import { findPoster } from '../../src/domain/media/child/frames.ts'
import { makeProxy } from '../../src/domain/media/child/proxy.ts'
import { makeSheet } from '../../src/domain/media/child/sheet.ts'
import { clip } from '../media/recordings.ts'

const NAMES = ['moov', 'trak', 'mdia', 'minf', 'dinf'] as const

/** A clip whose own frames are gone, and which says that they are in another file of the machine. */
function elsewhere(mov: Buffer, path: string): Buffer {
  const bytes = Buffer.from(mov)
  const mdat = bytes.indexOf('mdat', 0, 'latin1')
  const moov = bytes.lastIndexOf('moov', undefined, 'latin1')
  assert.ok(mdat > 0 && moov > mdat, 'the index is behind the frames')
  bytes.fill(0, mdat + 4, moov - 4)
  const dref = bytes.indexOf('dref', moov, 'latin1') - 4
  const alias = aliasOf(path)
  const head = Buffer.from(bytes.subarray(dref, dref + 16))
  head.writeUInt32BE(16 + alias.length, 0)
  const grownBy = 16 + alias.length - bytes.readUInt32BE(dref)
  // Every box around it grows as much: the last of each name before it.
  for (const name of NAMES) {
    const at = bytes.lastIndexOf(name, dref, 'latin1') - 4
    bytes.writeUInt32BE(bytes.readUInt32BE(at) + grownBy, at)
  }
  const rest = bytes.subarray(dref + bytes.readUInt32BE(dref))
  return Buffer.concat([bytes.subarray(0, dref), head, alias, rest])
}

/** A data reference of the old kind (QuickTime File Format, alias record), by its absolute path. */
function aliasOf(path: string): Buffer {
  const name = Buffer.from(path.replaceAll('/', ':'), 'latin1')
  const length = name.length + (name.length % 2)
  const record = Buffer.alloc(12 + 150 + 4 + length + 4)
  record.writeUInt32BE(record.length, 0)
  record.write('alis', 4, 'latin1')
  record.writeUInt16BE(1, 12 + 10 + 1 + 27 + 12 + 1 + 63 + 16)
  record.writeUInt16BE(1, 12 + 10 + 1 + 27 + 12 + 1 + 63 + 18)
  record.writeUInt16BE(2, 12 + 150)
  record.writeUInt16BE(name.length, 12 + 152)
  name.copy(record, 12 + 154)
  record.writeUInt16BE(0xffff, 12 + 154 + length)
  return record
}

let folder: string
let trap: Server
let calls = 0

describe('E5: containers that name other files and addresses', () => {
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'trove-e5-'))
    trap = createServer((socket) => {
      calls++
      socket.destroy()
    }).listen(0, '127.0.0.1')
    await new Promise((resolve) => trap.once('listening', resolve))
  })
  after(async () => {
    trap.close()
    await rm(folder, { recursive: true })
  })

  test('a playlist, a list of parts and a description of a stream are not opened, whatever they are called', async () => {
    const secret = join(folder, 'secret.mp4')
    await writeFile(secret, await clip('mp4'))
    const address = `http://127.0.0.1:${(trap.address() as AddressInfo).port}/a.ts`
    const hostile: Record<string, string> = {
      'a.mp4': `#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n${address}\n#EXT-X-ENDLIST\n`,
      'b.ts': `#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nfile://${secret}\n#EXT-X-ENDLIST\n`,
      'c.mkv': `ffconcat version 1.0\nfile '${secret}'\n`,
      'd.avi': `<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011"><BaseURL>${address}</BaseURL></MPD>`,
      'e.mov': `v=0\no=- 0 0 IN IP4 127.0.0.1\nc=IN IP4 127.0.0.1\nm=video ${(trap.address() as AddressInfo).port} RTP/AVP 96\n`,
    }
    for (const [name, words] of Object.entries(hostile)) {
      const path = join(folder, name)
      await writeFile(path, words)
      const request = { path, sizeBytes: words.length, mediaType: 'video/mp4', outputFolder: folder }
      await assert.rejects(openRecording(path), { name: 'Undecodable' }, name)
      await assert.rejects(
        makeSheet({ ...request, make: 'sheet' }, () => undefined),
        { name: 'Undecodable' },
      )
      await assert.rejects(
        makeProxy({ ...request, make: 'proxy' }, () => undefined),
        { name: 'Undecodable' },
      )
    }
    assert.equal(calls, 0)
  })

  test('frames that a MOV says are in another file are not fetched from there', async () => {
    const whole = await clip('prores', { frames: 5, isSilent: true })
    const other = join(folder, 'other.mov')
    await writeFile(other, whole)
    const path = join(folder, 'elsewhere.mov')
    await writeFile(path, elsewhere(whole, other))
    const opened = await openRecording(path)
    assert.ok(opened.video !== undefined)
    await assert.rejects(findPoster(opened.format, opened.video, [0]), { name: 'Undecodable' })
    await opened.format.closeInput()
  })
})
