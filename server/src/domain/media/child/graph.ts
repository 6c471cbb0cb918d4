import {
  AV_CHANNEL_ORDER_NATIVE,
  Filter,
  FilterGraph,
  FilterInOut,
  Frame,
  avGetPixFmtName,
  avGetSampleFmtName,
  type AVPixelFormat,
  type AVSampleFormat,
  type FilterContext,
  type IRational,
} from 'node-av'
import { Undecodable } from './undecodable.ts'

const UNUSUAL = 'Its frames cannot be converted: they are unusual or damaged.'

/** A chain of filters for frames of one kind. */
export type Graph = {
  /** Gives a frame in, or the end; `take` gets each frame that comes out, which is gone when it has returned. */
  pass(frame: Frame | null, take: (frame: Frame, timeBase: IRational) => Promise<void>): Promise<void>
  free(): void
}

/** Frames that may go through the same graph have the same key. */
export const pictureKey = (frame: Frame): string =>
  [frame.width, frame.height, frame.format, frame.colorSpace, frame.colorRange, frame.colorTrc].join()

/**
 * @param frame     the first that will be passed
 * @param timeBase  of its time stamps
 * @param chain     as FFmpeg writes filters: `scale=320:240,format=yuv420p`
 * @throws Undecodable
 */
export function pictureGraph(frame: Frame, timeBase: IRational, chain: string): Promise<Graph> {
  const { num, den } = frame.sampleAspectRatio
  const aspect = num > 0 && den > 0 ? `${num}/${den}` : '1/1'
  const source = [
    `video_size=${frame.width}x${frame.height}`,
    `pix_fmt=${avGetPixFmtName(frame.format as AVPixelFormat)}`,
    `time_base=${timeBase.num}/${timeBase.den}`,
    `pixel_aspect=${aspect}`,
    `colorspace=${frame.colorSpace}`,
    `range=${frame.colorRange}`,
  ]
  return openGraph('buffer', source.join(':'), 'buffersink', chain)
}

export const soundKey = (frame: Frame): string =>
  [frame.sampleRate, frame.format, frame.channelLayout.nbChannels, frame.channelLayout.mask].join()

/** Says which speaker is which where the file does not. */
export function nameSpeakers(frame: Frame): void {
  const { nbChannels, order, mask } = frame.channelLayout
  if (order === AV_CHANNEL_ORDER_NATIVE && (mask ?? 0n) > 0n) return
  const usual = USUAL_SPEAKERS[nbChannels]
  if (usual === undefined) throw new Undecodable(`Its sound has ${nbChannels} channels of unknown places.`)
  frame.channelLayout = { nbChannels, order: AV_CHANNEL_ORDER_NATIVE, mask: usual }
}

/** By the number of channels: mono, stereo, 2.1, quad, 5.0, 5.1, 6.1, 7.1, as masks of FFmpeg. */
const USUAL_SPEAKERS: Readonly<Record<number, bigint>> = {
  1: 0x4n,
  2: 0x3n,
  3: 0xbn,
  4: 0x33n,
  5: 0x37n,
  6: 0x3fn,
  7: 0x70fn,
  8: 0x63fn,
}

/** @param frame  with its speakers named */
export function soundGraph(frame: Frame, timeBase: IRational, chain: string): Promise<Graph> {
  const source = [
    `time_base=${timeBase.num}/${timeBase.den}`,
    `sample_rate=${frame.sampleRate}`,
    `sample_fmt=${avGetSampleFmtName(frame.format as AVSampleFormat)}`,
    `channel_layout=0x${(frame.channelLayout.mask ?? 0n).toString(16)}`,
  ]
  return openGraph('abuffer', source.join(':'), 'abuffersink', chain)
}

async function openGraph(sourceName: string, source: string, sinkName: string, chain: string): Promise<Graph> {
  const graph = new FilterGraph()
  graph.alloc()
  graph.nbThreads = 1
  try {
    const from = create(graph, sourceName, 'in', source)
    const to = create(graph, sinkName, 'out', null)
    const outputs = end('in', from)
    const inputs = end('out', to)
    require(graph.parsePtr(chain, inputs, outputs))
    require(await graph.config())
    return running(graph, from, to)
  } catch (error) {
    graph.free()
    throw error
  }
}

function running(graph: FilterGraph, from: FilterContext, to: FilterContext): Graph {
  const out = new Frame()
  out.alloc()
  const timeBase = to.buffersinkGetTimeBase()
  return {
    async pass(frame, take) {
      require(await from.buffersrcAddFrame(frame))
      while ((await to.buffersinkGetFrame(out)) >= 0) {
        try {
          await take(out, timeBase)
        } finally {
          out.unref()
        }
      }
    },
    free() {
      out.free()
      graph.free()
    },
  }
}

function create(graph: FilterGraph, filterName: string, name: string, options: string | null): FilterContext {
  const filter = Filter.getByName(filterName)
  const context = filter === null ? null : graph.createFilter(filter, name, options)
  if (context === null) throw new Undecodable(UNUSUAL)
  return context
}

function end(name: string, context: FilterContext): FilterInOut {
  const open = new FilterInOut()
  open.alloc()
  open.name = name
  open.filterCtx = context
  open.padIdx = 0
  return open
}

function require(outcome: number): void {
  if (outcome < 0) throw new Undecodable(UNUSUAL)
}
