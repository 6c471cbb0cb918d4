/// <reference lib="dom" />
import assert from 'node:assert/strict'
import { mkdtemp, open, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { openRecording } from '../server/src/domain/media/child/demux.ts'
import { makeProxy } from '../server/src/domain/media/child/proxy.ts'
import { scanPackets } from '../server/src/domain/media/child/packets.ts'
import { clip, type ClipFormat, type ClipOptions } from '../server/test/media/recordings.ts'
import { launch } from './journey.ts'

const [WIDTH, HEIGHT] = [320, 240]
const FRAMES = 60
/** Every one of them at a rate that varies, else these: both ends, beside keyframes, and what lies between. */
const LOOKED_AT = [0, 1, 2, 7, 23, 24, 25, 26, 29, 30, 31, 47, 49, 50, 51, 58, 59]

type Rate = {
  name: string
  format: ClipFormat
  frameRate: { num: number; den: number }
  shownAt?: ClipOptions['shownAt']
}

/** 1, 3, 2, 5 ticks of a 120th: no two frames beside one another last equally. */
const unequal = (index: number): number => Math.floor(index / 4) * 11 + ([0, 1, 4, 6][index % 4] ?? 0)

const rates: Rate[] = [
  { name: '23.976', format: 'prores', frameRate: { num: 24_000, den: 1001 } },
  { name: '24, HEVC of 10 bits', format: 'hevc10', frameRate: { num: 24, den: 1 } },
  { name: '25', format: 'mpeg', frameRate: { num: 25, den: 1 } },
  { name: '29.97 drop', format: 'prores', frameRate: { num: 30_000, den: 1001 } },
  { name: '30, HEVC', format: 'hevc', frameRate: { num: 30, den: 1 } },
  { name: '50', format: 'mjpegAvi', frameRate: { num: 50, den: 1 } },
  { name: '59.94', format: 'prores', frameRate: { num: 60_000, den: 1001 } },
  { name: '59.94, the same pictures in another container', format: 'mkv', frameRate: { num: 60_000, den: 1001 } },
  { name: '50, broadcast', format: 'ts', frameRate: { num: 50, den: 1 } },
  { name: 'a rate that varies', format: 'prores', frameRate: { num: 120, den: 1 }, shownAt: unequal },
  {
    name: 'a rate that varies, with frames that lean on later ones',
    format: 'mkv',
    frameRate: { num: 120, den: 1 },
    shownAt: unequal,
  },
]

let folder: string
let server: Server
let browser: Browser
let page: Page

describe('the proxy of a clip with its frame numbers burnt in', () => {
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'trove-frames-'))
    server = createServer((request, response) => void give(request, response)).listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    browser = await launch()
    page = await browser.newPage()
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
  })
  after(async () => {
    await browser?.close()
    server?.close()
    await rm(folder, { recursive: true })
  })

  for (const rate of rates)
    test(`${rate.name}: the same frame at the same index, at the same time`, async () => {
      const { name, begins } = await proxyOf(rate)
      const shownAt = rate.shownAt ?? ((index: number) => index)
      const seconds = (index: number) => begins + (shownAt(index) * rate.frameRate.den) / rate.frameRate.num
      const indexes = rate.shownAt === undefined ? LOOKED_AT : Array.from({ length: FRAMES }, (_, i) => i)
      const wanted = indexes.map((index) => ({ index, at: (seconds(index) + seconds(index + 1)) / 2 }))
      const seen = await page.evaluate(readNumbers, { address: `/${name}`, wanted })
      assert.deepEqual(
        seen.map(({ number }) => number),
        indexes,
      )
      // Containers that count in milliseconds are off by half of one.
      for (const [i, { mediaTime }] of seen.entries())
        assert.ok(Math.abs(mediaTime - seconds(indexes[i] ?? 0)) < 0.0011, `frame ${indexes[i]} at ${mediaTime}`)
    })
})

/** Seconds at which the first frame is shown; the proxy is in the folder under its name. */
async function proxyOf({ format, frameRate, shownAt }: Rate): Promise<{ name: string; begins: number }> {
  const name = `${format}-${frameRate.num}-${shownAt === undefined ? 'even' : 'uneven'}`
  const path = join(folder, name)
  const bytes = await clip(format, {
    widthPixels: WIDTH,
    heightPixels: HEIGHT,
    frames: FRAMES,
    frameRate,
    ...(shownAt === undefined ? {} : { shownAt }),
  })
  await writeFile(path, bytes)
  const outputFolder = await mkdtemp(join(folder, 'out-'))
  const request = { path, sizeBytes: bytes.length, mediaType: 'video/any', make: 'proxy', outputFolder } as const
  const { variants } = await makeProxy(request, () => undefined)
  const [proxy] = variants
  assert.ok(proxy?.path !== undefined, 'a proxy is made')
  await writeFile(join(folder, `${name}.mp4`), await readFile(proxy.path))
  const [original, made] = await Promise.all([countIn(path), countIn(proxy.path)])
  assert.deepEqual([original.frames, made.frames], [FRAMES, FRAMES], 'as many frames as the original')
  return { name: `${name}.mp4`, begins: original.begins }
}

/** Frames, and when the first is shown after the earliest of all streams where the clock begins at any time. */
async function countIn(path: string): Promise<{ frames: number; begins: number }> {
  const { format, video, audio } = await openRecording(path)
  assert.ok(video !== undefined)
  const { frames, first } = await scanPackets(format, video)
  const inSeconds = (ticks: number, { num, den }: { num: number; den: number }) => (ticks * num) / den
  const isAnyTime = /^mpeg/.test(format.iformat?.name ?? '')
  const starts = [video, ...(audio === undefined ? [] : [audio])].map((stream) =>
    inSeconds(Number(stream.startTime), stream.timeBase),
  )
  const begins = inSeconds(first, video.timeBase) - (isAnyTime ? Math.min(...starts) : 0)
  await format.closeInput()
  return { frames, begins }
}

type Looking = { address: string; wanted: { index: number; at: number }[] }

/** In the browser: goes to each time, draws what is shown and reads the sixteen cells at its foot. */
async function readNumbers({ address, wanted }: Looking): Promise<{ number: number; mediaTime: number }[]> {
  const video = document.createElement('video')
  video.muted = true
  video.preload = 'auto'
  video.src = address
  await new Promise<void>((resolve, reject) => {
    video.addEventListener('loadeddata', () => resolve(), { once: true })
    video.addEventListener('error', () => reject(new Error(video.error?.message ?? 'refused')), { once: true })
  })
  const canvas = document.createElement('canvas')
  canvas.width = video.videoWidth
  canvas.height = video.videoHeight
  const paper = canvas.getContext('2d', { willReadFrequently: true })
  const seen: { number: number; mediaTime: number }[] = []
  for (const { at } of wanted) {
    const shown = new Promise<number>((resolve) =>
      video.requestVideoFrameCallback((_now, { mediaTime }) => resolve(mediaTime)),
    )
    const sought = new Promise((resolve) => video.addEventListener('seeked', resolve, { once: true }))
    video.currentTime = at
    await sought
    // A frame that is shown already is not told of again.
    const mediaTime = await Promise.race([shown, new Promise<number>((resolve) => setTimeout(resolve, 1_500, -1))])
    paper?.drawImage(video, 0, 0)
    let number = 0
    for (let bit = 0; bit < 16; bit++) {
      const x = Math.floor(canvas.width * (0.25 + (0.5 * (bit + 0.5)) / 16))
      const cell = paper?.getImageData(x, Math.floor(canvas.height * 0.93), 1, 1).data
      number = number * 2 + ((cell?.[1] ?? 0) > 127 ? 1 : 0)
    }
    seen.push({ number, mediaTime })
  }
  video.removeAttribute('src')
  video.load()
  return seen
}

/** An empty page, and proxies by ranges. */
async function give(request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (!request.url?.endsWith('.mp4')) return void response.setHeader('content-type', 'text/html').end('<!doctype html>')
  const path = join(folder, request.url.slice(1))
  const { size } = await stat(path)
  const [, from = '0', to] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '') ?? []
  const first = Number(from)
  const last = to === undefined || to === '' ? size - 1 : Math.min(size - 1, Number(to))
  const file = await open(path)
  const bytes = Buffer.alloc(Math.max(0, last - first + 1))
  await file.read(bytes, 0, bytes.length, first)
  await file.close()
  response.writeHead(206, {
    'content-type': 'video/mp4',
    'accept-ranges': 'bytes',
    'content-length': bytes.length,
    'content-range': `bytes ${first}-${last}/${size}`,
  })
  response.end(bytes)
}
