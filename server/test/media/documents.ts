import { gzipSync } from 'node:zlib'
import { literal, pdf, type PdfPage } from '../../src/app/demo/pdf.ts'
import { zip } from '../../src/app/demo/zip.ts'

/** A PDF of so many A4 pages, each with its number in large type and the corner colours of `picture`. */
export function pdfOfPages(pages: number, size: { widthPoints: number; heightPoints: number } = A4): Buffer {
  return pdf(
    Array.from({ length: pages }, (_, i) => numberedPage(i + 1, size)),
    { title: `Test of ${pages} pages` },
  )
}

/** A page of 35 metres: at one pixel a point it would take 40 GB. */
export function pdfWithEnormousPage(): Buffer {
  return pdfOfPages(1, { widthPoints: 99_999, heightPoints: 99_999 })
}

/** Says that it is encrypted and gives no key that opens it. */
export function encryptedPdf(): Buffer {
  const source = pdf([numberedPage(1, A4)], { isPlain: true }).toString('latin1')
  const key = '28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a'
  const encrypt = `/Encrypt << /Filter /Standard /V 1 /R 2 /P -44 /O <${key}> /U <${key}> >> /ID [<00> <00>]`
  return Buffer.from(source.replace('/Root 1 0 R', `/Root 1 0 R ${encrypt}`), 'latin1')
}

/** Its page tree leads back to itself. */
export function circularPdf(): Buffer {
  const source = pdf([numberedPage(1, A4)], { isPlain: true }).toString('latin1')
  return Buffer.from(
    source.replace(/\/Kids \[[^\]]*\]/, (kids) => '/Kids [2 0 R]'.padEnd(kids.length)),
    'latin1',
  )
}

/** A script that runs on opening, and a link to a file of the machine. */
export function pdfWithScript(): Buffer {
  const source = pdf([numberedPage(1, A4)], { isPlain: true }).toString('latin1')
  const action = '/OpenAction << /S /JavaScript /JS (app.launchURL\\("http://127.0.0.1:9/"\\)) >>'
  return Buffer.from(source.replace('/Pages 2 0 R', `/Pages 2 0 R ${action}`), 'latin1')
}

export function docx(text = 'A letter'): Buffer {
  return officeZip(
    'word/document.xml',
    'application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml',
    `<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>${text}</w:t></w:r></w:p></w:body></w:document>`,
  )
}

export function xlsx(): Buffer {
  return officeZip(
    'xl/workbook.xml',
    'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml',
    '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheets/></workbook>',
  )
}

export function pptx(): Buffer {
  return officeZip(
    'ppt/presentation.xml',
    'application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml',
    '<p:presentation xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"/>',
  )
}

/** An OpenDocument file: the first member is its media type, not compressed. */
export function openDocument(kind: 'text' | 'spreadsheet' | 'presentation'): Buffer {
  const mediaType = `application/vnd.oasis.opendocument.${kind}`
  return zip([
    { name: 'mimetype', bytes: mediaType, isStored: true },
    {
      name: 'content.xml',
      bytes: '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"/>',
    },
    {
      name: 'META-INF/manifest.xml',
      bytes: `<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><manifest:file-entry manifest:full-path="/" manifest:media-type="${mediaType}"/></manifest:manifest>`,
    },
  ])
}

export function epub(): Buffer {
  return zip([
    { name: 'mimetype', bytes: 'application/epub+zip', isStored: true },
    {
      name: 'META-INF/container.xml',
      bytes: '<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"/>',
    },
  ])
}

export function zipOfTexts(count = 3): Buffer {
  return zip(
    Array.from({ length: count }, (_, i) => ({ name: `notes/${i + 1}.txt`, bytes: `Note ${i + 1}\n`.repeat(20) })),
  )
}

/** Members that would climb out of the folder they are unpacked into. */
export function climbingZip(): Buffer {
  return zip([
    { name: '../../../../tmp/trove-climbed', bytes: 'x' },
    { name: '/etc/trove-climbed', bytes: 'x' },
    { name: 'C:\\climbed', bytes: 'x' },
  ])
}

export function gz(text = 'compressed\n'.repeat(50)): Buffer {
  const bytes = gzipSync(text, { level: 9 })
  // The tenth byte names the operating system that packed it.
  bytes[9] = 255
  return bytes
}

/** A tape archive (POSIX ustar) of one text. */
export function tar(name = 'note.txt', text = 'A note\n'): Buffer {
  const head = Buffer.alloc(512)
  head.write(name, 0)
  head.write('0000644\0', 100)
  head.write('0000000\0', 108)
  head.write('0000000\0', 116)
  head.write(`${text.length.toString(8).padStart(11, '0')}\0`, 124)
  head.write('00000000000\0', 136)
  head.write('        ', 148)
  head.write('0', 156)
  head.write('ustar\x0000', 257, 'latin1')
  const sum = head.reduce((total, byte) => total + byte, 0)
  head.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  const body = Buffer.alloc(Math.ceil(text.length / 512) * 512)
  body.write(text)
  return Buffer.concat([head, body, Buffer.alloc(1024)])
}

/** An empty 7-Zip archive: signature, version and a header of no length. */
export function sevenZip(): Buffer {
  return Buffer.from(
    '377abcaf271c00048d9bd50f00000000000000000000000000000000000000000'.padEnd(64, '0').slice(0, 64),
    'hex',
  )
}

export function rar(): Buffer {
  return Buffer.from('526172211a0701003392b5e50a01050600050101808000', 'hex')
}

const A4 = { widthPoints: 595, heightPoints: 842 }

function numberedPage(number: number, size: { widthPoints: number; heightPoints: number }): PdfPage {
  const { widthPoints: w, heightPoints: h } = size
  const [dw, dh] = [w / 5, h / 5]
  const blocks = [
    `0.863 0.157 0.157 rg 0 ${h - dh} ${dw} ${dh} re f`,
    `0.157 0.706 0.235 rg ${w - dw} ${h - dh} ${dw} ${dh} re f`,
    `0.157 0.275 0.824 rg 0 0 ${dw} ${dh} re f`,
    `0.902 0.784 0.157 rg ${w - dw} 0 ${dw} ${dh} re f`,
  ]
  const fontSize = Math.min(w, h) / 4
  const label = `0 g BT /F2 ${fontSize} Tf ${w / 2 - fontSize / 4} ${h / 2 - fontSize / 3} Td (${literal(String(number))}) Tj ET`
  return { ...size, content: [...blocks, label].join('\n') }
}

function officeZip(part: string, contentType: string, xml: string): Buffer {
  const head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
  return zip([
    {
      name: '[Content_Types].xml',
      bytes: `${head}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/${part}" ContentType="${contentType}"/></Types>`,
    },
    {
      name: '_rels/.rels',
      bytes: `${head}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="${part}"/></Relationships>`,
    },
    { name: part, bytes: head + xml },
  ])
}
