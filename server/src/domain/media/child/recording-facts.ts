import type { AudioTrack, MediaFacts, Place } from '@trove/contract/media-facts'
import {
  AVMEDIA_TYPE_AUDIO,
  avGetCodecName,
  avGetPixFmtName,
  AVCOL_PRI_BT2020,
  AVCOL_PRI_BT709,
  AVCOL_PRI_SMPTE432,
  AVCOL_TRC_ARIB_STD_B67,
  AVCOL_TRC_BT709,
  AVCOL_TRC_SMPTE2084,
  type AVPixelFormat,
  type Stream,
} from 'node-av'
import { contentIdIn, type OwnFacts, present, text } from './camera.ts'
import type { Opened } from './demux.ts'
import type { Scanned } from './packets.ts'
import { isHdr, matrixOf, turnOf } from './picture.ts'
import { playsEverywhere, type Playing } from './playable.ts'

const MOST_TRACKS = 32

/** What a recording says of itself. @param scanned  undefined where its packets were not read */
export function factsOf(opened: Opened, mediaType: string, scanned?: Scanned): OwnFacts {
  const { format, video, audio } = opened
  // Ogg keeps them with the stream.
  const tags = { ...audio?.metadata?.getAll(), ...opened.tags }
  const contentId = contentIdIn(tag(tags, 'com.apple.quicktime.content.identifier'))
  const facts: OwnFacts = present({
    container: text(format.iformat?.name?.split(',')[0]),
    audioCodec: audio && codecOf(audio),
    audioTracks: audioTracksOf(opened),
    ...(video && pictureFacts(opened, video, mediaType, scanned)),
    title: text(tag(tags, 'title')),
    artist: text(tag(tags, 'artist') ?? tag(tags, 'album_artist')),
    album: text(tag(tags, 'album')),
    track: wholeNumber(tag(tags, 'track')),
    year: video === undefined ? wholeNumber(tag(tags, 'date') ?? tag(tags, 'year')) : undefined,
    genre: text(tag(tags, 'genre')),
    ...whenAndWhere(tags),
    cameraMake: text(
      tag(tags, 'com.apple.quicktime.make') ?? tag(tags, 'com.android.manufacturer') ?? tag(tags, 'make'),
    ),
    cameraModel: text(tag(tags, 'com.apple.quicktime.model') ?? tag(tags, 'com.android.model') ?? tag(tags, 'model')),
  })
  return contentId === undefined ? facts : { ...facts, contentId }
}

/** Of `3/12` or `2019-04-02` the first; undefined of what is none. */
function wholeNumber(written: string | undefined): number | undefined {
  const [, digits] = /^\s*(\d{1,4})(?!\d)/.exec(written ?? '') ?? []
  return digits === undefined ? undefined : Number(digits)
}

type Facts = { [K in keyof MediaFacts]: MediaFacts[K] | undefined }

function pictureFacts(opened: Opened, video: Stream, mediaType: string, scanned: Scanned | undefined): Facts {
  const { codecpar } = video
  const playing = playingOf(opened, video)
  const { degrees } = turnOf(matrixOf(video))
  return {
    videoCodec: playing.videoCodec,
    pixelFormat: playing.pixelFormat,
    colourTransfer: TRANSFERS.get(codecpar.colorTrc),
    colourPrimaries: PRIMARIES.get(codecpar.colorPrimaries),
    isHdr: isHdr(codecpar.colorTrc) ? true : undefined,
    rotation: degrees === 0 ? undefined : degrees,
    timecode: text(timecodeOf(opened)),
    playsEverywhere: playsEverywhere(playing, mediaType),
    ...countFacts(video, scanned),
  }
}

/** How many frames, and how fast. */
function countFacts(
  video: Stream,
  scanned: Scanned | undefined,
): Pick<Facts, 'frameRate' | 'frameCount' | 'isVariableRate'> {
  const told = Number(video.nbFrames)
  return {
    frameRate: frameRateOf(video, scanned),
    frameCount: scanned?.frames ?? (told > 0 ? told : undefined),
    isVariableRate: scanned?.isVariable === true ? true : undefined,
  }
}

export const playingOf = ({ format, audios }: Opened, { codecpar }: Stream): Playing => ({
  container: format.iformat?.name?.split(',')[0] ?? '',
  videoCodec: text(avGetCodecName(codecpar.codecId) ?? undefined),
  pixelFormat: text(avGetPixFmtName(codecpar.format as AVPixelFormat) ?? undefined),
  profile: codecpar.profile,
  level: codecpar.level,
  audioCodecs: audios.map((stream) => codecOf(stream) ?? ''),
})

const TRANSFERS = new Map<number, string>([
  [AVCOL_TRC_BT709, 'bt709'],
  [AVCOL_TRC_SMPTE2084, 'smpte2084'],
  [AVCOL_TRC_ARIB_STD_B67, 'arib-std-b67'],
])
const PRIMARIES = new Map<number, string>([
  [AVCOL_PRI_BT709, 'bt709'],
  [AVCOL_PRI_BT2020, 'bt2020'],
  [AVCOL_PRI_SMPTE432, 'smpte432'],
])

function audioTracksOf({ audios }: Opened): AudioTrack[] | undefined {
  const tracks = audios.slice(0, MOST_TRACKS).map((stream): AudioTrack => {
    const codec = codecOf(stream)
    const language = text(stream.metadata?.get('language') ?? undefined)
    const { channels, sampleRate } = stream.codecpar
    return {
      ...(codec !== undefined && { codec }),
      channels: Math.max(0, channels),
      ...(sampleRate > 0 && { sampleRate }),
      ...(language !== undefined && language !== 'und' && { language }),
    }
  })
  return tracks.length === 0 ? undefined : tracks
}

const tag = (tags: Record<string, string>, name: string): string | undefined =>
  Object.entries(tags).find(([key]) => key.toLowerCase() === name)?.[1]

const codecOf = (stream: Stream): string | undefined => text(avGetCodecName(stream.codecpar.codecId) ?? undefined)

/** Of the picture, of a track of its own, or of the whole. */
function timecodeOf({ format, video, tags }: Opened): string | undefined {
  const said = [video, ...format.streams.filter(({ codecpar }) => codecpar.codecType !== AVMEDIA_TYPE_AUDIO)].map(
    (stream) => stream?.metadata?.get('timecode') ?? undefined,
  )
  return [...said, tag(tags, 'timecode')].find((value) => /^\d\d:\d\d:\d\d[:;.]\d\d/.test(value ?? ''))
}

const USUAL_RATES = [24, 25, 30, 48, 50, 60, 100, 120, 240].flatMap((rate) => [
  { num: rate, den: 1 },
  { num: rate * 1000, den: 1001 },
])
/** Containers that count in milliseconds are off by so much. */
const CLOSE = 2e-4

/** Exact: 29.97 is 30000/1001. */
function frameRateOf(stream: Stream, scanned: Scanned | undefined): { num: number; den: number } | undefined {
  const rates = [stream.avgFrameRate, stream.rFrameRate].filter(
    ({ num, den }) => den > 0 && num > 0 && num / den < 1000,
  )
  const usual = scanned?.isVariable === true ? undefined : rates.map(usualRate).find((rate) => rate !== undefined)
  const [first] = rates
  return usual ?? (first && { num: first.num, den: first.den })
}

const usualRate = ({ num, den }: { num: number; den: number }) =>
  USUAL_RATES.find((rate) => Math.abs((num / den / rate.num) * rate.den - 1) < CLOSE)

/**
 * QuickTime says when and where a clip was made with the zone it was made in. `creation_time` is in UTC, and alone it
 * does not say what a clock on the wall showed.
 */
function whenAndWhere(tags: Record<string, string>): Pick<Facts, 'takenAt' | 'offsetMinutes' | 'place'> {
  const place = placeIn(tag(tags, 'com.apple.quicktime.location.iso6709') ?? tag(tags, 'location'))
  for (const said of [tag(tags, 'com.apple.quicktime.creationdate'), tag(tags, 'creation_time'), tag(tags, 'date')]) {
    const [, written, year, zone] =
      /^((\d{4})-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d+)?(Z|[+-]\d\d:?\d\d)?$/.exec(said ?? '') ?? []
    // Cameras write the year 1904 or 1970 when their clock is not set.
    if (written === undefined || Number(year) <= 1971 || Number.isNaN(Date.parse(`${written}Z`))) continue
    return { takenAt: written, offsetMinutes: offsetIn(zone), place }
  }
  return { takenAt: undefined, offsetMinutes: undefined, place }
}

function offsetIn(zone: string | undefined): number | undefined {
  if (zone === 'Z') return 0
  const [, sign, hours, minutes] = /^([+-])(\d\d):?(\d\d)$/.exec(zone ?? '') ?? []
  if (sign === undefined) return undefined
  const offset = Number(hours) * 60 + Number(minutes)
  return offset > 1080 ? undefined : sign === '-' ? -offset : offset
}

/** ISO 6709 in degrees: `+48.2082+016.3738+170.000/`. */
function placeIn(said: string | undefined): Place | undefined {
  const [, north, east] = /^([+-]\d{1,2}(?:\.\d+)?)([+-]\d{1,3}(?:\.\d+)?)/.exec(said ?? '') ?? []
  const [latitude, longitude] = [Number(north), Number(east)]
  const isSane = Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180 && (latitude !== 0 || longitude !== 0)
  return isSane ? { latitude, longitude } : undefined
}
