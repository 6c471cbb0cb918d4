import { knownType, type KnownType } from '@trove/contract/media-types'
import { sniffBoxes, sniffEbml, sniffOgg, sniffRiff, sniffTiff } from './signatures-containers.ts'
import { sniffOle, sniffZip } from './signatures-packages.ts'
import { sniffText } from './signatures-text.ts'

/** How much of the beginning of a file is looked at, in bytes. */
export const HEAD_BYTES = 65_536

/**
 * What the first bytes of a file say that it is; undefined when they say nothing.
 *
 * Never throws and looks at each byte a bounded number of times, whatever the bytes. The first signature decides:
 * a GIF with a script behind its header is a GIF.
 *
 * @param head  from the first byte of the file on; what lies behind the first 64 KiB is not looked at
 */
export function sniff(head: Uint8Array): KnownType | undefined {
  const bytes = Buffer.from(head.buffer, head.byteOffset, Math.min(head.byteLength, HEAD_BYTES))
  const mediaType =
    sniffMagic(bytes) ?? sniffContainer(bytes) ?? sniffWeak(bytes) ?? sniffText(bytes) ?? sniffLatePdf(bytes)
  return mediaType === undefined ? undefined : knownType(mediaType)
}

/** Offset, bytes (latin1), media type. Signatures of four bytes and more, which nothing else begins with. */
const MAGIC: readonly (readonly [number, string, string])[] = [
  [0, '\xff\xd8\xff', 'image/jpeg'],
  [0, '\x89PNG\r\n\x1a\n', 'image/png'],
  [0, 'GIF87a', 'image/gif'],
  [0, 'GIF89a', 'image/gif'],
  [0, '\xff\x0a', 'image/jxl'],
  [0, '\0\0\0\x0cJXL \r\n\x87\n', 'image/jxl'],
  [0, '\0\0\0\x0cjP  \r\n\x87\n', 'image/jp2'],
  [0, '\xff\x4f\xff\x51', 'image/jp2'],
  [0, '8BPS', 'image/vnd.adobe.photoshop'],
  [0, 'gimp xcf ', 'image/x-xcf'],
  [0, '#?RADIANCE', 'image/vnd.radiance'],
  [0, '#?RGBE', 'image/vnd.radiance'],
  [0, '\x76\x2f\x31\x01', 'image/x-exr'],
  [0, 'FUJIFILMCCD-RAW', 'image/x-fuji-raf'],
  [0, 'IIRO', 'image/x-olympus-orf'],
  [0, 'IIRS', 'image/x-olympus-orf'],
  [0, 'MMOR', 'image/x-olympus-orf'],
  [0, 'IIU\0', 'image/x-panasonic-rw2'],
  [128, 'DICM', 'application/dicom'],
  [0, '%PDF-', 'application/pdf'],
  [0, '%!PS', 'application/postscript'],
  [0, '\xc5\xd0\xd3\xc6', 'application/postscript'],
  [0, '{\\rtf', 'application/rtf'],
  [0, 'AT&TFORM', 'image/vnd.djvu'],
  [60, 'BOOKMOBI', 'application/x-mobipocket-ebook'],
  [60, 'TEXtREAd', 'application/x-mobipocket-ebook'],
  [0, 'SQLite format 3\0', 'application/vnd.sqlite3'],
  [0, '\0\x01\0\0Standard Jet DB', 'application/vnd.ms-access'],
  [0, '\0\x01\0\0Standard ACE DB', 'application/vnd.ms-access'],
  [0, 'fLaC', 'audio/flac'],
  [0, 'MThd', 'audio/midi'],
  [0, '#!AMR', 'audio/amr'],
  [0, '.snd', 'audio/basic'],
  [0, 'caff', 'audio/x-caf'],
  [0, 'MAC ', 'audio/x-ape'],
  [0, 'wvpk', 'audio/x-wavpack'],
  [0, 'FLV\x01', 'video/x-flv'],
  [0, '\0\0\x01\xba', 'video/mpeg'],
  [0, '\0\0\x01\xb3', 'video/mpeg'],
  [0, '\x06\x0e\x2b\x34\x02\x05\x01\x01\x0d\x01\x02', 'application/mxf'],
  [0, '7z\xbc\xaf\x27\x1c', 'application/x-7z-compressed'],
  [0, 'Rar!\x1a\x07', 'application/vnd.rar'],
  [257, 'ustar', 'application/x-tar'],
  [0, '\x1f\x8b\x08', 'application/gzip'],
  [0, 'BZh', 'application/x-bzip2'],
  [0, '\xfd7zXZ\0', 'application/x-xz'],
  [0, '\x28\xb5\x2f\xfd', 'application/zstd'],
  [0, '\x04\x22\x4d\x18', 'application/x-lz4'],
  [0, 'LZIP', 'application/x-lzip'],
  [0, '\x1f\x9d', 'application/x-compress'],
  [0, 'MSCF\0\0\0\0', 'application/vnd.ms-cab-compressed'],
  [2, '-lh', 'application/x-lzh-compressed'],
  [0, '070701', 'application/x-cpio'],
  [0, '070707', 'application/x-cpio'],
  [32_769, 'CD001', 'application/x-iso9660-image'],
  [0, '\x06\x06\xed\xf5\xd8\x1d\x46\xe5', 'application/x-indesign'],
  [0, '\0\xffKA', 'application/x-affinity'],
  [0, 'CSFCHUNK', 'application/x-clip-studio'],
  [0, 'BLENDER', 'application/x-blender'],
  [0, 'glTF', 'model/gltf-binary'],
  [0, 'ply\n', 'model/x-ply'],
  [0, 'ply\r', 'model/x-ply'],
  [0, 'AC10', 'image/vnd.dwg'],
  [0, '\0\x01\0\0\0', 'font/ttf'],
  [0, 'ttcf', 'font/ttf'],
  [0, 'true\0', 'font/ttf'],
  [0, 'OTTO', 'font/otf'],
  [0, 'wOFF', 'font/woff'],
  [0, 'wOF2', 'font/woff2'],
  [0, '\xce\xfa\xed\xfe', 'application/x-mach-binary'],
  [0, '\xcf\xfa\xed\xfe', 'application/x-mach-binary'],
  [0, '\xfe\xed\xfa\xce', 'application/x-mach-binary'],
  [0, '\xfe\xed\xfa\xcf', 'application/x-mach-binary'],
  [0, '\xed\xab\xee\xdb', 'application/x-rpm'],
  [0, 'xar!', 'application/x-xar'],
  [0, 'Cr24', 'application/x-chrome-extension'],
  [0, '\0asm', 'application/wasm'],
  [0, 'L\0\0\0\x01\x14\x02\0', 'application/x-ms-shortcut'],
  [0, '!<arch>\ndebian', 'application/vnd.debian.binary-package'],
  [0, 'ITSF\x03\0\0\0', 'application/x-chm'],
]

const matches = (bytes: Buffer, offset: number, magic: string): boolean =>
  bytes.length >= offset + magic.length && bytes.toString('latin1', offset, offset + magic.length) === magic

function sniffMagic(bytes: Buffer): string | undefined {
  const hit = MAGIC.find(([offset, magic]) => matches(bytes, offset, magic))
  return hit?.[2] === 'image/jxl' && hit[1].length === 2 && bytes.length < 16 ? undefined : hit?.[2]
}

function sniffContainer(bytes: Buffer): string | undefined {
  if (matches(bytes, 4, 'ftyp') || BARE_BOXES.has(bytes.toString('latin1', 4, 8))) return sniffBoxes(bytes)
  if (matches(bytes, 0, 'RIFF') || matches(bytes, 0, 'RIFX') || matches(bytes, 0, 'RF64')) return sniffRiff(bytes)
  if (matches(bytes, 0, 'FORM')) return /^(AIFF|AIFC)$/.test(bytes.toString('latin1', 8, 12)) ? 'audio/aiff' : undefined
  if (matches(bytes, 0, '\x1a\x45\xdf\xa3')) return sniffEbml(bytes)
  if (matches(bytes, 0, 'OggS')) return sniffOgg(bytes)
  if (
    matches(bytes, 0, 'II\x2a\0') ||
    matches(bytes, 0, 'MM\0\x2a') ||
    matches(bytes, 0, 'II\x2b\0') ||
    matches(bytes, 0, 'MM\0\x2b')
  )
    return sniffTiff(bytes)
  if (matches(bytes, 0, '\x30\x26\xb2\x75\x8e\x66\xcf\x11')) return sniffAsf(bytes)
  if (matches(bytes, 0, 'PK\x03\x04') || matches(bytes, 0, 'PK\x05\x06') || matches(bytes, 0, 'PK\x07\x08'))
    return sniffZip(bytes)
  if (matches(bytes, 0, '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1')) return sniffOle(bytes)
  if (matches(bytes, 0, '\x7fELF'))
    return matches(bytes, 8, 'AI') ? 'application/vnd.appimage' : 'application/x-executable'
  if (matches(bytes, 0, '\xca\xfe\xba\xbe') && bytes.length >= 8)
    // A universal program names how many it holds, a Java class its version, which is 45 or more.
    return bytes.readUInt32BE(4) < 40 ? 'application/x-mach-binary' : 'application/java-vm'
  return undefined
}

/** QuickTime before there was `ftyp`. */
const BARE_BOXES: ReadonlySet<string> = new Set(['moov', 'mdat', 'wide', 'pnot'])

const ASF_VIDEO_STREAM = '\xc0\xef\x19\xbc\x4d\x5b\xcf\x11\xa8\xfd\x00\x80\x5f\x5c\x44\x2b'
const sniffAsf = (bytes: Buffer): string =>
  bytes.indexOf(ASF_VIDEO_STREAM, 0, 'latin1') >= 0 ? 'video/x-ms-wmv' : 'audio/x-ms-wma'

/** Signatures so short that a second look is needed. */
function sniffWeak(bytes: Buffer): string | undefined {
  if (matches(bytes, 0, 'MZ') && isProgram(bytes)) return 'application/vnd.microsoft.portable-executable'
  if (matches(bytes, 0, 'BM') && bytes.length >= 26 && bytes.readUInt32LE(6) === 0 && bytes.readUInt32LE(14) <= 256)
    return 'image/bmp'
  if ((matches(bytes, 0, '\0\0\x01\0') || matches(bytes, 0, '\0\0\x02\0')) && isIcon(bytes))
    return 'image/vnd.microsoft.icon'
  if (
    /^[FCZ]WS[\x01-\x40]/.test(bytes.toString('latin1', 0, 4)) &&
    bytes.length >= 8 &&
    bytes.subarray(0, 64).includes(0)
  )
    return 'application/vnd.adobe.flash.movie'
  if (matches(bytes, 0, 'ID3')) return sniffBehindId3(bytes)
  if (isTransportStream(bytes)) return 'video/mp2t'
  if (matches(bytes, 0, '\x60\xea') && bytes.length > 34 && bytes.readUInt16LE(2) <= 2600) return 'application/x-arj'
  return sniffFrames(bytes, 0)
}

function isProgram(bytes: Buffer): boolean {
  if (bytes.length < 64) return bytes.includes(0)
  const header = bytes.readUInt32LE(60)
  return /^(PE|NE|LE|LX)/.test(bytes.toString('latin1', header, header + 2)) || bytes.subarray(0, 512).includes(0)
}

const isIcon = (bytes: Buffer): boolean =>
  bytes.length >= 22 &&
  bytes.readUInt16LE(4) > 0 &&
  bytes.readUInt16LE(4) < 256 &&
  bytes[9] === 0 &&
  bytes.readUInt32LE(18) >= 22

function isTransportStream(bytes: Buffer): boolean {
  const strides = [
    [0, 188],
    [4, 192],
    [0, 204],
  ] as const
  return strides.some(
    ([first, stride]) =>
      bytes.length > first + 2 * stride && [0, 1, 2].every((n) => bytes[first + n * stride] === 0x47),
  )
}

function sniffBehindId3(bytes: Buffer): string {
  const size = bytes.length < 10 ? 0 : [6, 7, 8, 9].reduce((sum, at) => sum * 128 + ((bytes[at] ?? 0) & 0x7f), 0)
  const behind = 10 + size
  if (matches(bytes, behind, 'fLaC')) return 'audio/flac'
  return sniffFrames(bytes, behind) ?? 'audio/mpeg'
}

/** MPEG audio and AAC have no header: two frames must follow one another at the distance that the first one says. */
function sniffFrames(bytes: Buffer, offset: number): string | undefined {
  if (offset + 4 > bytes.length || bytes[offset] !== 0xff) return undefined
  const isAdts = ((bytes[offset + 1] ?? 0) & 0xf6) === 0xf0
  const length = isAdts ? adtsLength(bytes, offset) : mpegAudioLength(bytes, offset)
  if (length === undefined) return undefined
  const next = offset + length
  const isFollowed =
    next + 1 >= bytes.length ? bytes.length < 16_384 : bytes[next] === 0xff && ((bytes[next + 1] ?? 0) & 0xe0) === 0xe0
  return isFollowed ? (isAdts ? 'audio/aac' : 'audio/mpeg') : undefined
}

function adtsLength(bytes: Buffer, offset: number): number | undefined {
  if (offset + 7 > bytes.length) return undefined
  const length =
    ((bytes.readUInt8(offset + 3) & 3) << 11) | (bytes.readUInt8(offset + 4) << 3) | (bytes.readUInt8(offset + 5) >> 5)
  return length >= 7 ? length : undefined
}

const KBPS_V1 = {
  2: [32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
  3: [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
}
const KBPS_V2 = {
  2: [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
  3: [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
}

/** ISO/IEC 11172-3 §2.4.2.3 and 13818-3. Layer I is left out: nobody has it, and it begins like a text in UTF-16. */
function mpegAudioLength(bytes: Buffer, offset: number): number | undefined {
  const [second, third] = [bytes.readUInt8(offset + 1), bytes.readUInt8(offset + 2)]
  if ((second & 0xe0) !== 0xe0) return undefined
  const version = (second >> 3) & 3
  const layer = 4 - ((second >> 1) & 3)
  const rate = [44_100, 48_000, 32_000][(third >> 2) & 3]
  if (version === 1 || layer === 4 || layer === 1 || rate === undefined) return undefined
  const kbps = (version === 3 ? KBPS_V1 : KBPS_V2)[layer === 2 ? 2 : 3][(third >> 4) - 1]
  if (kbps === undefined) return undefined
  const hertz = rate / (version === 3 ? 1 : version === 2 ? 2 : 4)
  const padding = (third >> 1) & 1
  const samples = layer === 3 && version !== 3 ? 72_000 : 144_000
  return Math.floor((samples * kbps) / hertz) + padding
}

/** Some writers put lines before a PDF; readers find it in the first KiB. */
const sniffLatePdf = (bytes: Buffer): string | undefined => {
  const at = bytes.indexOf('%PDF-', 0, 'latin1')
  return at > 0 && at <= 1024 ? 'application/pdf' : undefined
}
