import type { MediaFacts } from '@trove/contract/files'
import exifr from 'exifr'
import type { Metadata } from 'sharp'

const LONGEST_TEXT = 200

const TAGS = [
  'DateTimeOriginal',
  'CreateDate',
  'Make',
  'Model',
  'LensModel',
  'ExposureTime',
  'FNumber',
  'ISO',
  'FocalLength',
]
const OPTIONS = {
  pick: TAGS,
  gps: false,
  xmp: false,
  icc: false,
  iptc: false,
  translateValues: false,
  reviveValues: false,
} as const

/** What the camera wrote about the picture. Never the place: that is nobody's business but the original's. */
export async function readCameraFacts(path: string, metadata: Pick<Metadata, 'exif' | 'format'>): Promise<MediaFacts> {
  const source = metadata.exif === undefined ? (metadata.format === 'tiff' ? path : undefined) : tiffOf(metadata.exif)
  if (source === undefined) return {}
  const tags: unknown = await exifr.parse(source, OPTIONS).catch(() => undefined)
  return typeof tags === 'object' && tags !== null ? toFacts(tags as Record<string, unknown>) : {}
}

const tiffOf = (exif: Buffer): Buffer => (exif.toString('latin1', 0, 6) === 'Exif\0\0' ? exif.subarray(6) : exif)

function toFacts(tags: Record<string, unknown>): MediaFacts {
  return present({
    takenAt: instant(tags['DateTimeOriginal']) ?? instant(tags['CreateDate']),
    cameraMake: text(tags['Make']),
    cameraModel: text(tags['Model']),
    lens: text(tags['LensModel']),
    exposureSeconds: positive(tags['ExposureTime']),
    aperture: positive(tags['FNumber']),
    iso: whole(Array.isArray(tags['ISO']) ? tags['ISO'][0] : tags['ISO']),
    focalLengthMm: positive(tags['FocalLength']),
  })
}

/** Without the members that are undefined. */
export function present(facts: { [K in keyof MediaFacts]: MediaFacts[K] | undefined }): MediaFacts {
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined)) as MediaFacts
}

/** One line without control characters, which PostgreSQL would refuse in part; undefined when nothing is left. */
export function text(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined
  // eslint-disable-next-line no-control-regex
  const line = value
    .replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ')
    .toWellFormed()
    .trim()
    .slice(0, LONGEST_TEXT)
  return line === '' ? undefined : line
}

/** `2026:05:04 12:30:00` as the camera wrote it. */
function instant(value: unknown): string | undefined {
  const [, date, time] = /^(\d{4}[:-]\d\d[:-]\d\d)[ T](\d\d:\d\d:\d\d)/.exec(text(value) ?? '') ?? []
  const written = `${date?.replaceAll(':', '-')}T${time}`
  return date === undefined || Number.isNaN(Date.parse(`${written}Z`)) ? undefined : written
}

const positive = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) && value > 0 && value < 1e9 ? value : undefined

const whole = (value: unknown): number | undefined => {
  const number = positive(value)
  return number === undefined ? undefined : Math.round(number)
}
