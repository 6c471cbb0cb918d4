/** What a container that begins with `bytes` holds. Each answers a media type of the table in the contract. */

const BRANDS: Readonly<Record<string, string>> = {
  'qt  ': 'video/quicktime',
  'crx ': 'image/x-canon-cr3',
  'M4A ': 'audio/mp4',
  'M4B ': 'audio/mp4',
  'M4P ': 'audio/mp4',
  'F4A ': 'audio/mp4',
  'F4B ': 'audio/mp4',
  heic: 'image/heic',
  heix: 'image/heic',
  hevc: 'image/heic',
  hevx: 'image/heic',
  heim: 'image/heic',
  heis: 'image/heic',
  avif: 'image/avif',
  avis: 'image/avif',
  'jp2 ': 'image/jp2',
  'jpx ': 'image/jp2',
}

/** ISO/IEC 14496-12: the major brand decides, and for general ones the first compatible brand that is known. */
export function sniffBoxes(bytes: Buffer): string {
  if (bytes.toString('latin1', 4, 8) !== 'ftyp') return 'video/quicktime'
  const major = bytes.toString('latin1', 8, 12)
  const known = BRANDS[major] ?? brandOf3gpp(major)
  if (known !== undefined) return known
  const end = Math.min(bytes.length, bytes.length < 4 ? 0 : bytes.readUInt32BE(0), 256)
  const compatible: string[] = []
  for (let at = 16; at + 4 <= end; at += 4) compatible.push(bytes.toString('latin1', at, at + 4))
  if (major === 'mif1' || major === 'msf1' || major === 'miaf')
    return compatible.includes('avif') || compatible.includes('avis') ? 'image/avif' : 'image/heic'
  if (compatible.includes('M4A ') && !compatible.includes('M4V ')) return 'audio/mp4'
  return 'video/mp4'
}

const brandOf3gpp = (brand: string): string | undefined =>
  brand.startsWith('3g2') ? 'video/3gpp2' : /^3g[a-z][0-9a-z]$/.test(brand) ? 'video/3gpp' : undefined

export function sniffRiff(bytes: Buffer): string | undefined {
  const form = bytes.toString('latin1', 8, 12)
  if (form === 'WEBP') return 'image/webp'
  if (form === 'WAVE') return 'audio/wav'
  if (form === 'AVI ') return 'video/vnd.avi'
  if (form === 'RMID') return 'audio/midi'
  return /^(CDR|cdr)/.test(form) ? 'application/x-coreldraw' : undefined
}

/** The DocType element stands in the header, and the codec names near the beginning. */
export function sniffEbml(bytes: Buffer): string {
  const at = bytes.indexOf('\x42\x82', 4, 'latin1')
  const docType = at < 0 || at > 64 ? '' : bytes.toString('latin1', at + 3, at + 11)
  const isVideo = bytes.indexOf('V_', 0, 'latin1') >= 0 || bytes.indexOf('A_', 0, 'latin1') < 0
  if (docType.startsWith('webm')) return isVideo ? 'video/webm' : 'audio/webm'
  return isVideo ? 'video/matroska' : 'audio/matroska'
}

export function sniffOgg(bytes: Buffer): string {
  const first = bytes.toString('latin1', 0, 4096)
  return /theora|BBCD|\x01video|fishead|OVP80/.test(first) && !/^.{28}(OpusHead|\x01vorbis)/s.test(first)
    ? 'video/ogg'
    : 'audio/ogg'
}

const RAW_MAKES: readonly (readonly [RegExp, string])[] = [
  [/^NIKON/i, 'image/x-nikon-nef'],
  [/^SONY/i, 'image/x-sony-arw'],
  [/^PENTAX|^RICOH IMAGING/i, 'image/x-pentax-pef'],
  [/^Canon/i, 'image/x-canon-cr2'],
]
const TAG = { make: 271, compression: 259, photometric: 262, subIfds: 330, dngVersion: 50_706 }
const MOST_TAGS = 200
/** Sensor data, not pixels: colour filter array or linear raw. */
const RAW_PHOTOMETRIC = new Set([32_803, 34_892])

/** A camera's raw file is a TIFF; what its first directory says tells them apart. */
export function sniffTiff(bytes: Buffer): string {
  if (bytes.toString('latin1', 8, 10) === 'CR') return 'image/x-canon-cr2'
  const isLittle = bytes[0] === 0x49
  const u16 = (at: number) => (at + 2 > bytes.length ? 0 : isLittle ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at))
  const u32 = (at: number) => (at + 4 > bytes.length ? 0 : isLittle ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at))
  const directory = u32(4)
  const tags = new Map<number, { count: number; value: number; at: number }>()
  for (let i = 0; i < Math.min(u16(directory), MOST_TAGS); i++) {
    const at = directory + 2 + i * 12
    tags.set(u16(at), { count: u32(at + 4), value: u16(at + 2) === 3 ? u16(at + 8) : u32(at + 8), at })
  }
  if (tags.has(TAG.dngVersion)) return 'image/x-adobe-dng'
  const make = tags.get(TAG.make)
  if (make === undefined || (!tags.has(TAG.subIfds) && !RAW_PHOTOMETRIC.has(tags.get(TAG.photometric)?.value ?? 0)))
    return 'image/tiff'
  const text =
    make.count <= 4
      ? bytes.toString('latin1', make.at + 8, make.at + 12)
      : bytes.toString('latin1', make.value, make.value + 20)
  return RAW_MAKES.find(([pattern]) => pattern.test(text))?.[1] ?? 'image/tiff'
}
