import type { MediaFacts } from '@trove/contract/media-facts'
import { DOMParser } from '@xmldom/xmldom'
import ExifReader, { type ExpandedTags } from 'exifreader'
import type { Metadata } from 'sharp'
import { contentIdIn, localTime, offsetOf, positive, present, prose, text, whole, type OwnFacts } from './camera.ts'

/** What stands in a picture about it, each block as a JPEG would carry it. */
export type Blocks = Partial<Record<'exif' | 'xmp' | 'iptc' | 'icc', Buffer | undefined>>

/** Of a segment of a JPEG, its two bytes of length left out. */
const MOST_SEGMENT_BYTES = 65_533
const MOST_KEYWORDS = 100

/**
 * All that EXIF, IPTC, XMP and the colour profile say. What cannot be read says nothing; it never fails.
 *
 * The blocks are put into the smallest JPEG that carries them, whatever format they are from: the library then reads a
 * few KiB and never the file.
 */
export function readFacts(blocks: Blocks): OwnFacts {
  const source = carrier(blocks)
  if (source === undefined) return {}
  let tags: ExpandedTags
  try {
    tags = ExifReader.load(source, { expanded: true, domParser: new DOMParser({ onError: () => undefined }) })
  } catch {
    return {}
  }
  return toFacts(tags)
}

/** What libvips says of how the picture is stored. */
export function readStorage({ density, depth, bitsPerSample, format }: Metadata): MediaFacts {
  const byDepth = ({ uchar: 8, ushort: 16, float: 32 } as Record<string, number>)[depth ?? '']
  // 72 is what libvips and most programs say when nobody has said anything.
  const dpi = density !== undefined && density > 1 && density !== 72 && format !== 'svg' ? density : undefined
  return present({ dpi, bitDepth: bitsPerSample ?? byDepth })
}

function carrier({ exif, xmp, iptc, icc }: Blocks): Buffer | undefined {
  const segments = [
    exif && segment(0xe1, 'Exif\0\0', withoutName(exif, 'Exif\0\0')),
    xmp && segment(0xe1, 'http://ns.adobe.com/xap/1.0/\0', xmp),
    iptc && segment(0xed, 'Photoshop 3.0\0', resources(iptc)),
    // The name stands near the beginning of a profile; tables of colours follow.
    icc && segment(0xe2, 'ICC_PROFILE\0\x01\x01', icc.subarray(0, MOST_SEGMENT_BYTES - 16)),
  ].filter((each) => each !== undefined)
  return segments.length === 0 ? undefined : Buffer.concat([START, ...segments, END])
}

const START = Buffer.from('ffd8', 'hex')
const END = Buffer.from('ffd9', 'hex')

function segment(marker: number, name: string, bytes: Buffer): Buffer | undefined {
  const length = name.length + bytes.length
  if (length > MOST_SEGMENT_BYTES) return undefined
  const head = Buffer.from([0xff, marker, 0, 0])
  head.writeUInt16BE(length + 2, 2)
  return Buffer.concat([head, Buffer.from(name, 'latin1'), bytes])
}

const withoutName = (bytes: Buffer, name: string): Buffer =>
  bytes.toString('latin1', 0, name.length) === name ? bytes.subarray(name.length) : bytes

/** IPTC as Photoshop files it among its resources. Some formats carry the resources, others the bare records. */
function resources(iptc: Buffer): Buffer {
  const named = withoutName(iptc, 'Photoshop 3.0\0')
  if (named.toString('latin1', 0, 4) === '8BIM') return named
  const head = Buffer.from('8BIM\x04\x04\0\0\0\0\0\0', 'latin1')
  head.writeUInt32BE(named.length, 8)
  return Buffer.concat([head, named, Buffer.alloc(named.length % 2)])
}

type Tag = { value?: unknown; description?: unknown }
type Group = Readonly<Record<string, Tag | Tag[] | undefined>>

function toFacts({ exif, iptc, xmp, icc, gps }: ExpandedTags): OwnFacts {
  // The library names every tag it knows in its types; here they are looked up by name, whichever there are.
  const [camera, records, packet] = [exif ?? {}, iptc ?? {}, xmp ?? {}] as unknown as [Group, Group, Group]
  const contentId = contentIdOf(camera)
  const facts = present({
    ...takenOf(camera, records, packet),
    place: placeOf(gps),
    cameraMake: line(camera['Make']),
    cameraModel: line(camera['Model']),
    lens: line(camera['LensModel']) ?? line(packet['Lens']),
    exposureSeconds: ratio(camera['ExposureTime']),
    aperture: ratio(camera['FNumber']),
    iso: whole(first(camera['ISOSpeedRatings'])),
    focalLengthMm: ratio(camera['FocalLength']),
    title: line(packet['title']) ?? line(records['Object Name']),
    description:
      prose(said(packet['description'])) ??
      prose(said(records['Caption/Abstract'])) ??
      prose(said(camera['ImageDescription'])),
    keywords: keywordsOf(packet, records),
    creator: line(packet['creator']) ?? line(records['By-line']) ?? line(camera['Artist']),
    copyright: line(packet['rights']) ?? line(records['Copyright Notice']) ?? line(camera['Copyright']),
    rating: ratingOf(packet, camera),
    colourProfile: line((icc as unknown as Group | undefined)?.['ICC Description']),
    hasGainMap: 'HDRCapacityMax' in packet || 'HDRGainMapVersion' in packet || undefined,
  })
  return contentId === undefined ? facts : { ...facts, contentId }
}

/** What the clock of the camera showed, and how far it was from UTC. */
function takenOf(camera: Group, records: Group, packet: Group): Pick<MediaFacts, 'takenAt' | 'offsetMinutes'> {
  const written = [
    { at: camera['DateTimeOriginal'], offset: camera['OffsetTimeOriginal'] },
    { at: camera['DateTimeDigitized'], offset: camera['OffsetTimeDigitized'] },
    { at: packet['DateTimeOriginal'] },
    { at: packet['DateCreated'] },
  ]
  for (const { at, offset } of written) {
    const takenAt = localTime(said(at))
    if (takenAt === undefined) continue
    const own = offsetOf(said(offset)) ?? offsetOf(/(Z|[+-]\d\d:\d\d)$/.exec(said(at) ?? '')?.[1])
    const offsetMinutes = own ?? offsetOf(said(camera['OffsetTime'])) ?? offsetBySatellite(camera, takenAt)
    return offsetMinutes === undefined ? { takenAt } : { takenAt, offsetMinutes }
  }
  const day = /^(\d{4})-?(\d\d)-?(\d\d)$/.exec(said(records['Date Created']) ?? '')
  const takenAt = day === null ? undefined : localTime(`${day[1]}-${day[2]}-${day[3]}`)
  return takenAt === undefined ? {} : { takenAt }
}

const QUARTER_MINUTES = 15
const FARTHEST_MINUTES = 14 * 60
/** A receiver may have found its place some minutes before the picture was taken. */
const STALE_MINUTES = 5

/** Satellites tell UTC: what the camera's clock differs from it, when that is the time of some place on earth. */
function offsetBySatellite(camera: Group, takenAt: string): number | undefined {
  const date = said(camera['GPSDateStamp'])?.replaceAll(':', '-')
  const [hours, minutes, seconds] = rationals(camera['GPSTimeStamp'])
  if (date === undefined || hours === undefined || minutes === undefined) return undefined
  const utc = Date.parse(`${date}T00:00:00Z`) + ((hours * 60 + minutes) * 60 + (seconds ?? 0)) * 1000
  const differing = (Date.parse(`${takenAt}Z`) - utc) / 60_000
  const quarters = Math.round(differing / QUARTER_MINUTES) * QUARTER_MINUTES
  const isSane = Math.abs(differing - quarters) <= STALE_MINUTES && Math.abs(quarters) <= FARTHEST_MINUTES
  return isSane ? quarters + 0 : undefined
}

function placeOf(gps: ExpandedTags['gps']): MediaFacts['place'] {
  const { Latitude: latitude, Longitude: longitude, Altitude: altitude } = gps ?? {}
  if (!isWithin(latitude, 90) || !isWithin(longitude, 180)) return undefined
  // Cameras that have found nothing yet write zeros.
  if (latitude === 0 && longitude === 0) return undefined
  return { latitude, longitude, ...(isWithin(altitude, 100_000) && { altitude }) }
}

const isWithin = (value: number | undefined, most: number): value is number =>
  value !== undefined && Number.isFinite(value) && Math.abs(value) <= most

function keywordsOf(packet: Group, records: Group): string[] | undefined {
  const listed = [packet['subject'], records['Keywords']].flatMap((tag) => {
    if (Array.isArray(tag)) return tag.map(said)
    const values = tag?.value
    return Array.isArray(values) && values.every(isTag) ? values.map(said) : [said(tag)]
  })
  const words = [...new Set(listed.flatMap((word) => text(word) ?? []))].slice(0, MOST_KEYWORDS)
  return words.length === 0 ? undefined : words
}

function ratingOf(packet: Group, camera: Group): number | undefined {
  const rating = Number(said(packet['Rating']) ?? first(camera['Rating']) ?? Number.NaN)
  return Number.isInteger(rating) && rating >= -1 && rating <= 5 ? rating : undefined
}

const APPLE = { name: 'Apple iOS\0', directoryAt: 14, contentId: 17, entries: 100 }

/** Apple's note: a directory of its own, big-endian, with offsets from where the note begins. */
function contentIdOf(camera: Group): string | undefined {
  const note = (camera['MakerNote'] as Tag | undefined)?.value
  if (!Array.isArray(note) && !ArrayBuffer.isView(note)) return undefined
  const bytes = Buffer.from(note as number[])
  if (bytes.toString('latin1', 0, APPLE.name.length) !== APPLE.name || bytes.length < APPLE.directoryAt + 2)
    return undefined
  const count = Math.min(bytes.readUInt16BE(APPLE.directoryAt), APPLE.entries)
  for (let at = APPLE.directoryAt + 2, end = at + count * 12; at + 12 <= Math.min(end, bytes.length); at += 12) {
    if (bytes.readUInt16BE(at) !== APPLE.contentId) continue
    const from = bytes.readUInt32BE(at + 8)
    return contentIdIn(bytes.toString('latin1', from, from + bytes.readUInt32BE(at + 4)))
  }
  return undefined
}

const isTag = (value: unknown): value is Tag => typeof value === 'object' && value !== null && 'value' in value

/** As words: what stands there itself rather than what the library makes of it, where it is words at all. */
function said(tag: Tag | Tag[] | undefined): string | undefined {
  const one = Array.isArray(tag) ? tag[0] : tag
  if (one === undefined) return undefined
  const value: unknown = Array.isArray(one.value) && one.value.length === 1 ? one.value[0] : one.value
  if (typeof value === 'string') return value
  return typeof one.description === 'string' ? one.description : undefined
}

const line = (tag: Tag | Tag[] | undefined): string | undefined => text(said(tag))

const first = (tag: Tag | Tag[] | undefined): unknown => {
  const value = (Array.isArray(tag) ? tag[0] : tag)?.value
  return Array.isArray(value) ? value[0] : value
}

function rationals(tag: Tag | Tag[] | undefined): (number | undefined)[] {
  const value = (Array.isArray(tag) ? tag[0] : tag)?.value
  if (!Array.isArray(value)) return []
  const pairs = Array.isArray(value[0]) ? (value as unknown[]) : [value]
  return pairs.map((pair) => {
    const [over, under] = Array.isArray(pair) ? (pair as unknown[]) : []
    return typeof over === 'number' && typeof under === 'number' && under !== 0 ? over / under : undefined
  })
}

const ratio = (tag: Tag | Tag[] | undefined): number | undefined => positive(rationals(tag)[0])
