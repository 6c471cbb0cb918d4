import type { FrameGrid } from '@trove/contract/files'
import type { CodecContext, Frame, FormatContext, Stream } from 'node-av'
import sharp from 'sharp'
import type { MakeRequest, RenderedVariant } from '../rendering.ts'
import { framesFrom, seek, withDecoder } from './decoding.ts'
import { openRecording } from './demux.ts'
import type { Made } from './made.ts'
import { scanPackets } from './packets.ts'
import { shapeOf, toPixels, within } from './picture.ts'
import { factsOf } from './recording-facts.ts'
import { durationOf } from './recordings.ts'
import { Undecodable } from './undecodable.ts'

const LONGEST_SIDE = 160
const MOST_FRAMES = 100
const COLUMNS = 10
/** A short clip has fewer frames than the sheet could hold. */
const LEAST_INTERVAL_MS = 500
/** What lies nearer ahead is decoded on the way; what lies further is jumped to. */
const NEAR_MS = 2_000
/** A jump lands before what is wanted: so many frames are decoded to come near it, then what there is stands for it. */
const MOST_DECODED = 48
const MOST_PACKETS = 4_000
const QUALITY = 60
const EFFORT = 3

/** Small frames of a video at equal intervals in one picture, and how many frames it has. @throws Undecodable */
export async function makeSheet({ path, mediaType }: MakeRequest, report: (share: number) => void): Promise<Made> {
  const opened = await openRecording(path)
  try {
    const { format, video } = opened
    if (video === undefined) return { variants: [], facts: {} }
    const scanned = await scanPackets(format, video)
    const durationMs = Math.max(0, ((await durationOf(opened)) ?? 0) / 1000)
    const frames = Math.min(MOST_FRAMES, Math.max(1, Math.ceil(durationMs / LEAST_INTERVAL_MS)))
    const intervalMs = durationMs / frames
    const cells = await drawCells({ format, video, frames, intervalMs }, report)
    return { variants: [await composed(cells, intervalMs)], facts: { counted: factsOf(opened, mediaType, scanned) } }
  } finally {
    await opened.format.closeInput()
  }
}

type Plan = { format: FormatContext; video: Stream; frames: number; intervalMs: number }
type Cells = { pixels: Buffer[]; width: number; height: number }

/** Times are taken from the middle of each interval: the first frames are often black, the last is often missing. */
async function drawCells(plan: Plan, report: (share: number) => void): Promise<Cells> {
  const { format, video, frames, intervalMs } = plan
  const began = beginOf(format)
  const cells: Cells = { pixels: [], width: 0, height: 0 }
  let first = 0
  while (first < frames) {
    // A decoder that has been jumped with begins anew: some show the end of what was before.
    const from = first
    await seek(format, began + (from + 0.5) * intervalMs * 1000)
    await withDecoder(video, 1, async (context) => {
      first = await drawRun({ ...plan, context, began, from }, cells, report)
    })
  }
  if (cells.pixels.length === 0) throw new Undecodable('The recording holds no picture that can be decoded.')
  return cells
}

type Run = Plan & { context: CodecContext; began: number; from: number }

/** Draws cell `from` and those that follow closely. @returns the first that has not been drawn */
async function drawRun(run: Run, cells: Cells, report: (share: number) => void): Promise<number> {
  const { format, video, frames, intervalMs, context, began } = run
  const isDense = intervalMs <= NEAR_MS
  const reading = { format, index: video.index, context, isTrimmed: true, mostPackets: isDense ? 1e6 : MOST_PACKETS }
  let at = run.from
  let decoded = 0
  for await (const frame of framesFrom(reading)) {
    const shownMs = (timeOf(frame, video) - began) / 1000
    decoded++
    const isThere = shownMs >= (at + 0.5) * intervalMs - 1 || (!isDense && decoded >= MOST_DECODED)
    if (!isThere) continue
    const cell = await cellOf(frame, video)
    // Where frames are rarer than cells, one stands for several.
    do {
      keep(cells, at, cell)
      at++
    } while (at < frames && shownMs >= (at + 0.5) * intervalMs - 1 && isDense)
    report(at / frames)
    if (!isDense || at >= frames) return at
  }
  // The end came first: the last one that was drawn stands for what is left of it.
  const last = cells.pixels.at(-1)
  if (last === undefined && at === 0) return drawFirst(run, cells)
  if (last !== undefined) keep(cells, at, { bytes: last, width: cells.width, height: cells.height })
  return at + 1
}

/** A clip shorter than it says, or of a single frame: what there is from the beginning. */
async function drawFirst({ format, video, frames, context }: Run, cells: Cells): Promise<number> {
  await seek(format, 0)
  context.flushBuffers()
  const reading = { format, index: video.index, context, isTrimmed: false, mostPackets: MOST_PACKETS }
  for await (const frame of framesFrom(reading)) {
    const cell = await cellOf(frame, video)
    for (let at = 0; at < frames; at++) keep(cells, at, cell)
    break
  }
  return frames
}

type Cell = { bytes: Buffer; width: number; height: number }

async function cellOf(frame: Frame, video: Stream): Promise<Cell> {
  const { bytes, raw } = await toPixels(frame, within(shapeOf(video, frame), LONGEST_SIDE))
  return { bytes, width: raw.width, height: raw.height }
}

/** A picture that changes its size on the way keeps the place of the first. */
function keep(cells: Cells, at: number, { bytes, width, height }: Cell): void {
  if (cells.pixels.length === 0) Object.assign(cells, { width, height })
  const isSame = width === cells.width && height === cells.height
  cells.pixels[at] = isSame ? bytes : (cells.pixels[at - 1] ?? Buffer.alloc(cells.width * cells.height * 3))
}

async function composed({ pixels, width, height }: Cells, intervalMs: number): Promise<RenderedVariant> {
  const columns = Math.min(COLUMNS, pixels.length)
  const rows = Math.ceil(pixels.length / columns)
  const [widthPixels, heightPixels] = [columns * width, rows * height]
  const sheet = Buffer.alloc(widthPixels * heightPixels * 3)
  for (const [i, cell] of pixels.entries()) {
    const left = (i % columns) * width
    const top = Math.floor(i / columns) * height
    for (let y = 0; y < height; y++)
      cell.copy(sheet, ((top + y) * widthPixels + left) * 3, y * width * 3, (y + 1) * width * 3)
  }
  const bytes = await sharp(sheet, { raw: { width: widthPixels, height: heightPixels, channels: 3 } })
    .webp({ quality: QUALITY, effort: EFFORT })
    .toBuffer()
  const grid: FrameGrid = { columns, rows, frames: pixels.length, intervalMs }
  return { name: 'sheet', bytes, widthPixels, heightPixels, facts: { grid } }
}

/** Microseconds. */
const timeOf = (frame: Frame, { timeBase }: Stream): number =>
  (Number(frame.bestEffortTimestamp) * 1e6 * timeBase.num) / timeBase.den

/** Broadcasts begin at any time of day. */
function beginOf(format: FormatContext): number {
  const told = Number(format.startTime)
  return Number.isFinite(told) && Math.abs(told) < Number.MAX_SAFE_INTEGER ? told : 0
}
