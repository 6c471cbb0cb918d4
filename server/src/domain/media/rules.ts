import { extensionOf, knownType, OPAQUE, typeOfExtension, type Kind, type KnownType } from '@trove/contract/media-types'

/** What a client says of a file before anybody has looked into it. */
export type Claim = { filename: string; declaredType: string | undefined; allowedKinds: readonly Kind[] }

/** What a file is taken for. `extension` is that of its object key, from the fixed table. */
export type Accepted = { ok: true; mediaType: string; kind: Kind; extension: string }
export type Refused = { ok: false; problem: 'type-not-allowed' | 'type-mismatch'; detail: string }
export type Verdict = Accepted | Refused

/**
 * Types that share a container or a habit, so that one under the other's name is no lie. Text under any name of a
 * text is dealt with apart.
 */
const COUSINS: readonly (readonly string[])[] = [
  ['image/heic', 'image/avif'],
  ['video/mp4', 'video/quicktime', 'video/3gpp', 'video/3gpp2', 'audio/mp4'],
  ['video/webm', 'video/matroska', 'audio/webm', 'audio/matroska'],
  ['audio/ogg', 'video/ogg'],
  ['video/x-ms-wmv', 'audio/x-ms-wma'],
  ['video/mpeg', 'video/mp2t'],
  ['audio/mpeg', 'audio/aac', 'audio/flac', 'audio/x-ape', 'audio/x-wavpack', 'audio/aiff'],
  [
    'image/tiff',
    'image/x-adobe-dng',
    'image/x-nikon-nef',
    'image/x-sony-arw',
    'image/x-canon-cr2',
    'image/x-pentax-pef',
    'image/x-olympus-orf',
    'image/x-panasonic-rw2',
  ],
  ['application/pdf', 'application/illustrator'],
  ['application/postscript', 'application/illustrator'],
  [
    'application/x-ole-storage',
    'application/msword',
    'application/vnd.ms-excel',
    'application/vnd.ms-powerpoint',
    'application/vnd.visio',
    'application/vnd.ms-outlook',
    'application/vnd.ms-publisher',
    'application/vnd.ms-project',
    'application/x-mswrite',
  ],
  ['application/msword', 'application/rtf', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'],
  ['application/vnd.ms-excel', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'],
  ['application/vnd.ms-powerpoint', 'application/vnd.openxmlformats-officedocument.presentationml.presentation'],
  ['application/gzip', 'image/svg+xml', 'application/x-blender', 'application/x-adobe-project'],
  ['application/zstd', 'application/x-blender'],
  ['application/x-coreldraw', 'application/zip'],
  ['font/ttf', 'font/otf'],
]

/** What is a ZIP archive inside. One whose first entries do not say more is believed to be what its name says. */
const ZIPPED =
  /officedocument|opendocument|epub|application\/(zip|x-sketch|x-figma|x-adobe-xd|x-indesign-markup|x-krita|x-procreate|x-coreldraw)$|apple\.(pages|keynote|numbers)|model\/(3mf|vnd\.usdz)|x-affinity/

const TEXTS = new Set([
  'text/plain',
  'text/html',
  'application/xml',
  'image/svg+xml',
  'text/calendar',
  'text/vcard',
  'text/vtt',
])
/** Not of kind text, and yet written as text. */
const WRITTEN =
  /^(model\/(obj|stl|gltf\+json|vnd\.collada\+xml|step|iges|x-ply)|image\/(vnd\.dxf|x-portable-anymap)|application\/(x-adobe-swatch|x-fbx|x-3ds|rtf|postscript|x-adobe-project|x-indesign-markup))$/
/** Extensions with a second meaning: TypeScript beside transport streams, keys beside Keynote and Publisher. */
const TEXT_TOO = new Set(['ts', 'mts', 'key', 'pub', 'ai', 'mid', 'z'])

/**
 * What may be said of an upload by its name alone, before its bytes are there.
 *
 * @returns undefined when nothing speaks against it so far
 */
export function judgeName({ filename, declaredType, allowedKinds }: Claim): Refused | undefined {
  const named = typeOfExtension(filename)
  const declared = declaredType === undefined ? undefined : knownType(declaredType)
  const claimed = named ?? (declared === OPAQUE ? undefined : declared)
  if (claimed === undefined || allowedKinds.includes(claimed.kind)) return undefined
  const mayBeText = allowedKinds.includes('text') && TEXT_TOO.has(extensionOf(filename) ?? '')
  return mayBeText || (!claimed.hasSignature && mayBeOther(claimed, allowedKinds))
    ? undefined
    : notAllowed(claimed, allowedKinds)
}

/** Design files that nothing can be told of are kept as opaque downloads where those are allowed. */
const mayBeOther = (claimed: KnownType, allowedKinds: readonly Kind[]): boolean =>
  claimed.kind === 'design' && allowedKinds.includes('other')

/**
 * What a file is, its bytes having been looked at; or why it is refused.
 *
 * @param sniffed  what its first 64 KiB say; undefined when they say nothing
 */
export function judgeBytes(claim: Claim, sniffed: KnownType | undefined): Verdict {
  const { filename, declaredType, allowedKinds } = claim
  const named = typeOfExtension(filename)
  if (sniffed !== undefined && isProgram(sniffed) && !allowedKinds.includes(sniffed.kind))
    return notAllowed(sniffed, allowedKinds)
  if (sniffed === undefined) return judgeOpaque(claim, named)

  if (named !== undefined && !agree(sniffed, named, extensionOf(filename))) return misnamed(sniffed, named, filename)
  const declared = declaredType === undefined ? undefined : knownType(declaredType)
  const isBorneOut = (type: KnownType) =>
    agree(sniffed, type, extensionOf(filename)) || (named !== undefined && agree(named, type, undefined))
  if (declared !== undefined && declared !== OPAQUE && !isBorneOut(declared)) return misdeclared(sniffed, declared)
  return accept(settle(sniffed, named), allowedKinds)
}

const isProgram = (type: KnownType): boolean => type.kind === 'executable' || type.kind === 'script'

/** Bytes without a signature: refused where the name promises one. */
function judgeOpaque({ filename, allowedKinds }: Claim, named: KnownType | undefined): Verdict {
  if (named?.hasSignature === true && !TEXT_TOO.has(extensionOf(filename) ?? '')) return unlike(named)
  if (named !== undefined && isProgram(named)) return accept(named, allowedKinds)
  return accept(OPAQUE, allowedKinds)
}

/** Whether bytes of one type may go under the name of another. */
function agree(sniffed: KnownType, claimed: KnownType, extension: string | undefined): boolean {
  if (sniffed === claimed) return true
  if (TEXTS.has(sniffed.mediaType)) return agreeAsText(sniffed, claimed, extension)
  if (COUSINS.some((family) => family.includes(sniffed.mediaType) && family.includes(claimed.mediaType))) return true
  if (ZIPPED.test(sniffed.mediaType) && ZIPPED.test(claimed.mediaType))
    return sniffed.mediaType === 'application/zip' || claimed.mediaType === 'application/zip'
  if (isProgram(sniffed) && isProgram(claimed)) return true
  // A program kept under the name of an archive is still told as a program.
  return sniffed.kind === 'executable' && claimed.mediaType === 'application/zip'
}

function agreeAsText(sniffed: KnownType, claimed: KnownType, extension: string | undefined): boolean {
  if (extension !== undefined && TEXT_TOO.has(extension)) return true
  if (claimed.mediaType === 'image/svg+xml') return sniffed.mediaType === 'application/xml'
  // Windows declares every table that Excel would open as Excel's.
  return (
    claimed.kind === 'text' ||
    claimed.kind === 'script' ||
    WRITTEN.test(claimed.mediaType) ||
    (extension === 'csv' && claimed.mediaType === 'application/vnd.ms-excel')
  )
}

/** Where the bytes leave a choice, the name makes it. */
function settle(sniffed: KnownType, named: KnownType | undefined): KnownType {
  if (named === undefined) return sniffed
  if (TEXTS.has(sniffed.mediaType)) {
    if (named.hasSignature) return sniffed
    return sniffed.mediaType === 'image/svg+xml' && named.kind === 'text'
      ? sniffed
      : named.mediaType === 'image/svg+xml'
        ? sniffed
        : named
  }
  const isOpen =
    sniffed.mediaType === 'application/zip' ||
    sniffed.mediaType === 'application/x-ole-storage' ||
    sniffed.mediaType === 'application/gzip'
  if (isOpen || named.mediaType === 'application/illustrator') return named
  if (sniffed.mediaType === 'video/mp4' && named.mediaType === 'audio/mp4') return named
  return sniffed.mediaType === 'image/tiff' && named.mediaType.startsWith('image/x-') ? named : sniffed
}

function accept(type: KnownType, allowedKinds: readonly Kind[]): Verdict {
  if (!allowedKinds.includes(type.kind)) return notAllowed(type, allowedKinds)
  return { ok: true, mediaType: type.mediaType, kind: type.kind, extension: type.extensions[0] }
}

const PLURAL: Readonly<Record<Kind, string>> = {
  image: 'images',
  video: 'videos',
  audio: 'recordings',
  document: 'documents',
  text: 'texts',
  archive: 'archives',
  design: 'design files',
  executable: 'programs',
  script: 'scripts',
  other: 'files of unknown type',
}

function notAllowed(type: KnownType, allowedKinds: readonly Kind[]): Refused {
  const accepted = allowedKinds.map((kind) => PLURAL[kind]).join(', ')
  const detail = `This is ${type.label}. This organization accepts ${accepted === '' ? 'no files' : accepted}, but no ${PLURAL[type.kind]}.`
  return { ok: false, problem: 'type-not-allowed', detail }
}

const mismatch = (detail: string): Refused => ({ ok: false, problem: 'type-mismatch', detail })

const misnamed = (is: KnownType, named: KnownType, filename: string): Refused =>
  mismatch(
    `This is ${is.label}, but its name ends in .${extensionOf(filename) ?? ''} as ${named.label} would. Let the name end in .${is.extensions[0]}, or send the file that the name means.`,
  )

const misdeclared = (is: KnownType, declared: KnownType): Refused =>
  mismatch(
    `This is ${is.label}, but it was announced as ${declared.mediaType}. Announce it as ${is.mediaType}, or announce no type.`,
  )

const unlike = (named: KnownType): Refused =>
  mismatch(
    `The name says that this is ${named.label}, but its bytes are not. Let the name end in what the file is, or in .bin.`,
  )
