/** Files made of files: ZIP packages and OLE2 compound documents. */

const MOST_ENTRIES = 500
const OOXML = 'application/vnd.openxmlformats-officedocument.'

/** What the names of the entries that stand in the beginning say; `application/zip` when they say nothing. */
export function sniffZip(bytes: Buffer): string {
  const { names, mimetype } = readEntries(bytes)
  if (mimetype !== undefined) return typeOfMimetype(mimetype)
  const has = (pattern: RegExp) => names.some((name) => pattern.test(name))
  if (has(/^AndroidManifest\.xml$/) && has(/^(classes\d*\.dex|resources\.arsc|res\/|META-INF\/|lib\/)/))
    return 'application/vnd.android.package-archive'
  if (has(/^META-INF\/MANIFEST\.MF$/i) && (has(/\.class$/) || /^META-INF\//i.test(names[0] ?? '')))
    return 'application/java-archive'
  if (has(/^Payload\/[^/]+\.app\//)) return 'application/x-ios-app'
  if (has(/^AppxManifest\.xml$|^AppxMetadata\//i)) return 'application/x-msix'
  if (has(/^word\//)) return `${OOXML}wordprocessingml.document`
  if (has(/^xl\//)) return `${OOXML}spreadsheetml.sheet`
  if (has(/^ppt\//)) return `${OOXML}presentationml.presentation`
  if (has(/^3D\/.*\.model$/)) return 'model/3mf'
  return 'application/zip'
}

/** EPUB, OpenDocument and others put a stored entry `mimetype` first. */
function typeOfMimetype(mimetype: string): string {
  if (mimetype === 'application/epub+zip' || mimetype === 'application/x-krita') return mimetype
  const open = /^application\/vnd\.oasis\.opendocument\.(text|spreadsheet|presentation|graphics)/.exec(mimetype)
  if (open !== null) return `application/vnd.oasis.opendocument.${open[1]}`
  return mimetype.startsWith('application/vnd.adobe.indesign-idml')
    ? 'application/x-indesign-markup'
    : 'application/zip'
}

/** Local file headers, one after the other (APPNOTE.TXT §4.3.7), as far as their sizes are told and they lie in `bytes`. */
function readEntries(bytes: Buffer): { names: string[]; mimetype: string | undefined } {
  const names: string[] = []
  let mimetype: string | undefined
  let at = 0
  while (names.length < MOST_ENTRIES && at + 30 <= bytes.length) {
    if (bytes.readUInt32LE(at) !== 0x04034b50) {
      at = bytes.indexOf('PK\x03\x04', at + 1, 'latin1')
      if (at < 0) break
      continue
    }
    const nameEnd = at + 30 + bytes.readUInt16LE(at + 26)
    const bodyAt = nameEnd + bytes.readUInt16LE(at + 28)
    const size = bytes.readUInt32LE(at + 18)
    const name = bytes.toString('latin1', at + 30, Math.min(nameEnd, bytes.length))
    if (names.length === 0 && name === 'mimetype')
      mimetype = bytes
        .toString('latin1', bodyAt, bodyAt + Math.min(size || 80, 80))
        .split('PK')[0]
        ?.trim()
    names.push(name)
    // A size of 0 may mean that it stands behind the body: the next header is then looked for.
    at = bodyAt + (size === 0xffffffff ? 0 : size)
  }
  return { names, mimetype }
}

/** Names of streams as they stand in a directory entry (UTF-16). */
const STREAMS: readonly (readonly [string, string])[] = [
  ['WordDocument', 'application/msword'],
  ['Workbook', 'application/vnd.ms-excel'],
  ['PowerPoint Document', 'application/vnd.ms-powerpoint'],
  ['VisioDocument', 'application/vnd.visio'],
  ['__nameid_version1.0', 'application/vnd.ms-outlook'],
  ['Quill', 'application/vnd.ms-publisher'],
]
const MSI_CLASS = Buffer.from('84100c0000000000c000000000000046', 'hex')
const DIRECTORY_BYTES = 4096

/** [MS-CFB]: the first directory sector names the streams. Where it lies behind the head, the type stays open. */
export function sniffOle(bytes: Buffer): string {
  if (bytes.length < 512) return OLE
  const sectorBytes = 2 ** Math.min(bytes.readUInt16LE(30), 12)
  const at = (bytes.readUInt32LE(48) + 1) * sectorBytes
  const directory = bytes.subarray(Math.min(at, bytes.length), Math.min(at + DIRECTORY_BYTES, bytes.length))
  if (
    directory.subarray(80, 96).equals(MSI_CLASS) ||
    (directory[80] === 0x86 && directory.subarray(81, 96).equals(MSI_CLASS.subarray(1)))
  )
    return 'application/x-msi'
  return STREAMS.find(([name]) => directory.includes(Buffer.from(name, 'utf16le')))?.[1] ?? OLE
}

const OLE = 'application/x-ole-storage'
