import { createHash } from 'node:crypto'
import type { Said } from '../../files/index.ts'
import type { Entry } from './layout.ts'

/** Beside each file of which somebody has said something, that as XMP: programs that develop photographs read it there. */
export function sidecarsOf(originals: readonly (Entry & { id: string })[], said: readonly Said[]): Entry[] {
  const saidOf = new Map(said.map((each) => [each.id, each]))
  const taken = new Set(originals.map(({ path }) => path.toLowerCase()))
  return originals.flatMap(({ id, path, modifiedAt }) => {
    const about = saidOf.get(id)
    if (about === undefined) return []
    const plain = `${path}.xmp`
    // Somebody may have uploaded a sidecar of that very name.
    const own = taken.has(plain.toLowerCase()) ? `${path}.trove.xmp` : plain
    const bytes = Buffer.from(xmpOf(about))
    const etag = `"${createHash('sha256').update(bytes).digest('hex')}"`
    return [{ path: own, content: { bytes }, sizeBytes: bytes.length, etag, modifiedAt }]
  })
}

/** ISO 16684-1. Dublin Core for words, and the date in each of the places that programs look for it. */
export function xmpOf({ description, tags, happenedAt }: Omit<Said, 'id'>): string {
  const bag = tags.map((tag) => `<rdf:li>${text(tag)}</rdf:li>`).join('')
  const members = [
    description === ''
      ? ''
      : `<dc:description><rdf:Alt><rdf:li xml:lang="x-default">${text(description)}</rdf:li></rdf:Alt></dc:description>`,
    bag === '' ? '' : `<dc:subject><rdf:Bag>${bag}</rdf:Bag></dc:subject>`,
    happenedAt === undefined
      ? ''
      : ['xmp:CreateDate', 'exif:DateTimeOriginal', 'photoshop:DateCreated']
          .map((name) => `<${name}>${text(happenedAt)}</${name}>`)
          .join(''),
  ]
  return `<?xpacket begin="\uFEFF" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:exif="http://ns.adobe.com/exif/1.0/" xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/">${members.join('')}</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>
`
}

// What XML 1.0 has no way to write, not even escaped.
// oxlint-disable-next-line no-control-regex
const UNWRITABLE = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g
const ESCAPED: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

const text = (written: string): string =>
  written
    .toWellFormed()
    .replace(UNWRITABLE, '')
    .replace(/[&<>"]/g, (one) => ESCAPED[one] ?? '')
    // Otherwise a reader would take it for the end of a line.
    .replaceAll('\r', '&#13;')
