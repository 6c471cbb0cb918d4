/** What a camera writes into a picture. Every member may be missing. */
export type CameraFacts = {
  make?: string
  model?: string
  lens?: string
  /** As EXIF writes it: local time, no zone. `2026-05-04T12:30:00`. */
  takenAt?: string
  /** Seconds, as a fraction: 1/250 is `[1, 250]`. */
  exposure?: [number, number]
  aperture?: number
  iso?: number
  focalLengthMm?: number
  artist?: string
  copyright?: string
  description?: string
  /** 1 to 8: how the stored rows must be turned to stand upright (EXIF 2.32, tag 0x0112). */
  orientation?: number
  /** Degrees, north and east positive. */
  latitude?: number
  longitude?: number
}

type Field = { tag: number; type: 2 | 3 | 4 | 5 | 7; count: number; bytes: Buffer }

/** The TIFF structure that EXIF is, little-endian, without the `Exif\0\0` in front. */
export function exifBlock(facts: CameraFacts): Buffer {
  const root: Field[] = []
  if (facts.description !== undefined) root.push(text(0x010e, facts.description))
  if (facts.make !== undefined) root.push(text(0x010f, facts.make))
  if (facts.model !== undefined) root.push(text(0x0110, facts.model))
  if (facts.orientation !== undefined) root.push(short(0x0112, facts.orientation))
  if (facts.takenAt !== undefined) root.push(text(0x0132, exifTime(facts.takenAt)))
  if (facts.artist !== undefined) root.push(text(0x013b, facts.artist))
  if (facts.copyright !== undefined) root.push(text(0x8298, facts.copyright))

  const camera = cameraFields(facts)
  const position = positionFields(facts)
  if (camera.length > 0) root.push(long(0x8769, 0))
  if (position.length > 0) root.push(long(0x8825, 0))

  const rootSize = directorySize(root)
  const cameraAt = 8 + rootSize
  const positionAt = cameraAt + (camera.length > 0 ? directorySize(camera) : 0)
  for (const field of root) {
    if (field.tag === 0x8769) field.bytes.writeUInt32LE(cameraAt)
    if (field.tag === 0x8825) field.bytes.writeUInt32LE(positionAt)
  }
  const parts = [Buffer.from('49492a0008000000', 'hex'), directory(root, 8)]
  if (camera.length > 0) parts.push(directory(camera, cameraAt))
  if (position.length > 0) parts.push(directory(position, positionAt))
  return Buffer.concat(parts)
}

/** Puts an EXIF segment behind the start marker of a JPEG that has none. */
export function withExif(jpeg: Buffer, facts: CameraFacts): Buffer {
  const block = exifBlock(facts)
  const segment = Buffer.alloc(10)
  segment.writeUInt16BE(0xffe1, 0)
  segment.writeUInt16BE(block.length + 8, 2)
  segment.write('Exif\0\0', 4, 'latin1')
  return Buffer.concat([jpeg.subarray(0, 2), segment, block, jpeg.subarray(2)])
}

function cameraFields(facts: CameraFacts): Field[] {
  const fields: Field[] = []
  if (facts.exposure !== undefined) fields.push(rationals(0x829a, [facts.exposure]))
  if (facts.aperture !== undefined) fields.push(rationals(0x829d, [[Math.round(facts.aperture * 10), 10]]))
  if (facts.iso !== undefined) fields.push(short(0x8827, facts.iso))
  if (fields.length > 0 || facts.takenAt !== undefined) {
    fields.push({ tag: 0x9000, type: 7, count: 4, bytes: Buffer.from('0232') })
  }
  if (facts.takenAt !== undefined) fields.push(text(0x9003, exifTime(facts.takenAt)))
  if (facts.takenAt !== undefined) fields.push(text(0x9004, exifTime(facts.takenAt)))
  if (facts.focalLengthMm !== undefined) fields.push(rationals(0x920a, [[Math.round(facts.focalLengthMm * 10), 10]]))
  if (facts.lens !== undefined) fields.push(text(0xa434, facts.lens))
  return fields
}

function positionFields(facts: CameraFacts): Field[] {
  if (facts.latitude === undefined || facts.longitude === undefined) return []
  return [
    { tag: 0, type: 7, count: 4, bytes: Buffer.from([2, 3, 0, 0]) },
    text(1, facts.latitude < 0 ? 'S' : 'N'),
    rationals(2, degrees(facts.latitude)),
    text(3, facts.longitude < 0 ? 'W' : 'E'),
    rationals(4, degrees(facts.longitude)),
  ]
}

function degrees(value: number): [number, number][] {
  const absolute = Math.abs(value)
  const minutes = (absolute % 1) * 60
  return [
    [Math.floor(absolute), 1],
    [Math.floor(minutes), 1],
    [Math.round((minutes % 1) * 6000), 100],
  ]
}

function exifTime(takenAt: string): string {
  return `${takenAt.slice(0, 10).replaceAll('-', ':')} ${takenAt.slice(11, 19)}`
}

function text(tag: number, value: string): Field {
  const bytes = Buffer.from(`${value}\0`, 'utf8')
  return { tag, type: 2, count: bytes.length, bytes }
}

function short(tag: number, value: number): Field {
  const bytes = Buffer.alloc(2)
  bytes.writeUInt16LE(value)
  return { tag, type: 3, count: 1, bytes }
}

function long(tag: number, value: number): Field {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return { tag, type: 4, count: 1, bytes }
}

function rationals(tag: number, values: [number, number][]): Field {
  const bytes = Buffer.alloc(8 * values.length)
  values.forEach(([num, den], i) => {
    bytes.writeUInt32LE(num, i * 8)
    bytes.writeUInt32LE(den, i * 8 + 4)
  })
  return { tag, type: 5, count: values.length, bytes }
}

/** Values of more than four bytes stand behind the directory, each on an even offset. */
function directorySize(fields: readonly Field[]): number {
  return 6 + 12 * fields.length + fields.reduce((sum, field) => sum + outsideSize(field), 0)
}

function outsideSize(field: Field): number {
  return field.bytes.length <= 4 ? 0 : field.bytes.length + (field.bytes.length % 2)
}

function directory(fields: readonly Field[], at: number): Buffer {
  const ordered = fields.toSorted((a, b) => a.tag - b.tag)
  const bytes = Buffer.alloc(directorySize(ordered))
  bytes.writeUInt16LE(ordered.length, 0)
  let outside = 6 + 12 * ordered.length
  ordered.forEach((field, i) => {
    const entry = 2 + 12 * i
    bytes.writeUInt16LE(field.tag, entry)
    // Tag 0 of the position directory holds four plain bytes (type 1).
    bytes.writeUInt16LE(field.tag === 0 ? 1 : field.type, entry + 2)
    bytes.writeUInt32LE(field.count, entry + 4)
    if (field.bytes.length <= 4) {
      field.bytes.copy(bytes, entry + 8)
      return
    }
    bytes.writeUInt32LE(at + outside, entry + 8)
    field.bytes.copy(bytes, outside)
    outside += outsideSize(field)
  })
  return bytes
}
