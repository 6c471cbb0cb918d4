import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRenderer, sniff } from '../../src/domain/media/index.ts'
import type { Log } from '../../src/platform/platform.ts'
import { childrenOf, heldBytes } from '../../src/platform/process/memory.ts'
import * as make from '../media/make.ts'

const MIB = 1024 ** 2
const LOOK_EVERY_MS = 20
const log: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

/** Small files that are large, or endless, once they are opened. */
export const bombs: readonly (readonly [name: string, make: () => Buffer | Promise<Buffer>])[] = [
  ['PNG of 20,000 x 20,000', () => make.flatPng(20_000, 20_000)],
  ['PNG of 22,000 x 22,000', () => make.flatPng(22_000, 22_000)],
  ['PNG of 30,000 x 10,000', () => make.flatPng(30_000, 10_000)],
  ['PNG that claims 60,000 x 60,000', () => make.lyingPng(60_000, 60_000)],
  ['PNG that claims 20,000 x 20,000', () => make.lyingPng(20_000, 20_000)],
  ['PNG with a comment of 200 MB', () => make.pngWithLongText(200 * MIB)],
  ['JPEG that claims 65,500 x 65,500', () => make.lyingJpeg()],
  ['GIF of 200 frames of 65,535 x 65,535', () => make.gifWithHugeCanvas()],
  ['GIF of 2,000 frames of 65,535 x 65,535', () => make.gifWithHugeCanvas(2000)],
  ['GIF of 1,500 frames', () => make.animation('gif', 1500, { widthPixels: 64, heightPixels: 64 })],
  ['SVG whose entities multiply', () => make.billionLaughsSvg()],
  ['SVG whose shapes multiply', () => make.nestedUseSvg()],
  ['SVG whose shapes multiply slowly', () => make.nestedUseSvg(6)],
  ['SVG whose shapes multiply deeply', () => make.nestedUseSvg(14)],
  ['SVG of a kilometre', () => make.enormousSvg()],
  ['SVG that reaches outside', () => make.reachingSvg()],
  ['SVG that unpacks to 200 MB', () => make.packedSvg(200 * MIB)],
  ['SVG that unpacks to 1 GB', () => make.packedSvg(1024 * MIB)],
  ['PDF of an enormous page', () => make.pdfWithEnormousPage()],
  ['PDF of a page of 14,400 points', () => make.pdfOfPages(1, { widthPoints: 14_400, heightPoints: 14_400 })],
  ['PDF that leads back to itself', () => make.circularPdf()],
  ['PDF of 2,000 pages', () => make.pdfOfPages(2000)],
  ['BMP that claims 30,000 x 30,000', () => patched(make.bmp(), 18, 30_000, 30_000)],
  ['BMP that claims 2,000,000,000 x 1', () => patched(make.bmp(), 18, 2_000_000_000, 1)],
]

function patched(bytes: Buffer, at: number, width: number, height: number): Buffer {
  const copy = Buffer.from(bytes)
  copy.writeInt32LE(width, at)
  copy.writeInt32LE(height, at + 4)
  return copy
}

export type Exploded = { name: string; ms: number; peakBytes: number; ended: string }

/** E4: each bomb through the renderer with default limits: how long it took and what its process held at most. */
export async function explode(chosen: typeof bombs): Promise<Exploded[]> {
  const folder = await mkdtemp(join(tmpdir(), 'trove-bombs-'))
  const settings = {
    workerConcurrency: 1,
    mediaTimeoutMs: 120_000,
    mediaMemoryBytes: 512 * MIB,
    temporaryFolder: folder,
  }
  const renderer = createRenderer({ settings, log })
  const others = new Set(childrenOf(process.pid))
  const exploded: Exploded[] = []
  try {
    for (const [name, makeBomb] of chosen) {
      const bytes = await makeBomb()
      const path = join(folder, 'bomb')
      await writeFile(path, bytes)
      const mediaType = sniff(bytes)?.mediaType ?? ''
      const peak = watchPeak(others)
      const began = performance.now()
      const rendering = await renderer.render(
        { path, sizeBytes: bytes.length, mediaType: mediaType === 'application/gzip' ? 'image/svg+xml' : mediaType },
        new AbortController().signal,
        { of: 'bombs' },
      )
      exploded.push({
        name,
        ms: performance.now() - began,
        peakBytes: peak(),
        ended: rendering.ok ? 'ready' : rendering.failure,
      })
    }
  } finally {
    renderer.close()
    await rm(folder, { recursive: true })
  }
  return exploded
}

/**
 * The most that children which this process has started since held together, from now until it is asked, in bytes.
 * Others it has from before: all tests of a run are one process, and what earlier ones had started is not of this.
 */
function watchPeak(others: ReadonlySet<number>): () => number {
  let peak = 0
  const look = () => {
    const own = childrenOf(process.pid).filter((pid) => !others.has(pid))
    peak = Math.max(
      peak,
      own.reduce((sum, pid) => sum + (heldBytes(pid) ?? 0), 0),
    )
  }
  const timer = setInterval(look, LOOK_EVERY_MS)
  return () => {
    clearInterval(timer)
    return peak
  }
}
