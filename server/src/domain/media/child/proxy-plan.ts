import { AVCOL_PRI_BT2020, avGetCodecName, type IRational, type Stream } from 'node-av'
import type { Opened } from './demux.ts'
import { NEVER, type Scanned } from './packets.ts'
import { isHdr } from './picture.ts'
import { isPlainH264, playsEverywhere } from './playable.ts'
import { playingOf } from './recording-facts.ts'

/** Full HD either way round. */
export const MOST_LONG = 1920
export const MOST_SHORT = 1080
/** Macroblocks of 1080p end at 1088. */
const MOST_SHORT_COPIED = 1088
/** Beyond this even what every browser plays is slow to begin on an ordinary line. */
const MOST_COPIED_BITS = 20_000_000
const LONG_MS = 10 * 60_000
const LONG_BYTES = 500 * 1024 ** 2
/** Containers whose time stamps are those of the frames, from the beginning on. */
const TIMED = new Set(['mov', 'matroska', 'flv'])
/** Their clocks begin at any time. */
const ANY_TIME = new Set(['mpegts', 'mpeg', 'mpegvideo', 'asf', 'mxf', 'ogg'])

export type Plan = {
  /** `copy`: the same pictures in another container. */
  picture: 'copy' | 'encode'
  sound: 'copy' | 'encode' | 'none'
  /** Every time stamp is moved back by so much. */
  begin: { ticks: bigint; timeBase: IRational } | undefined
}

type Length = { mediaType: string; sizeBytes: number; durationMs: number; scanned: Scanned }

/** How a proxy is made; undefined when the original serves as well. */
export function planProxy(opened: Opened, video: Stream, length: Length): Plan | undefined {
  const { mediaType, sizeBytes, durationMs } = length
  const playing = playingOf(opened, video)
  const isLong = durationMs > LONG_MS || sizeBytes > LONG_BYTES
  if (playsEverywhere(playing, mediaType) && !isLong) return undefined
  const bits = durationMs > 0 ? (sizeBytes * 8_000) / durationMs : Infinity
  const mayCopy = isPlainH264(playing) && isSmall(video) && !isWide(video) && bits <= MOST_COPIED_BITS
  const isTimed = TIMED.has(playing.container)
  return {
    picture: mayCopy && isTimed && hasTrueTimes(length.scanned) ? 'copy' : 'encode',
    sound: soundOf(opened.audio, isTimed),
    begin: ANY_TIME.has(playing.container) ? beginOf([video, opened.audio]) : undefined,
  }
}

const isSmall = ({ codecpar: { width, height } }: Stream): boolean =>
  Math.max(width, height) <= MOST_LONG && Math.min(width, height) <= MOST_SHORT_COPIED

const isWide = ({ codecpar }: Stream): boolean =>
  isHdr(codecpar.colorTrc) || codecpar.colorPrimaries === AVCOL_PRI_BT2020

/**
 * What an edit list hides must be decoded to be left out. And MP4 tells how long frames last in the order in which they
 * are decoded: where they last unequally and lean on later ones, browsers would show the wrong one after a jump.
 */
const hasTrueTimes = ({ hidden, isTimed, isVariable, first }: Scanned): boolean =>
  hidden === 0 && isTimed && !isVariable && first >= 0

function soundOf(audio: Stream | undefined, isTimed: boolean): Plan['sound'] {
  if (audio === undefined || audio.codecpar.sampleRate <= 0) return 'none'
  const { codecId, channels } = audio.codecpar
  return isTimed && avGetCodecName(codecId) === 'aac' && channels <= 2 ? 'copy' : 'encode'
}

/** The earliest of the streams. */
function beginOf(streams: readonly (Stream | undefined)[]): Plan['begin'] {
  const begins = streams.flatMap((stream) =>
    stream === undefined || stream.startTime === NEVER ? [] : [{ ticks: stream.startTime, timeBase: stream.timeBase }],
  )
  const seconds = ({ ticks, timeBase }: { ticks: bigint; timeBase: IRational }) =>
    (Number(ticks) * timeBase.num) / timeBase.den
  return begins.toSorted((a, b) => seconds(a) - seconds(b))[0]
}
