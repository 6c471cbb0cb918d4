import { deflateSync } from 'node:zlib'

/** One page: its size in points (1/72 inch) and its content stream (ISO 32000-1, 8 and 9), origin at the lower left. */
export type PdfPage = { widthPoints: number; heightPoints: number; content: string }

export type PdfOptions = {
  title?: string
  author?: string
  /** Kept in clear, so that a byte of text can be found. */ isPlain?: boolean
}

/** The fonts that every reader has, by the names a content stream uses. */
const fonts = { F1: 'Helvetica', F2: 'Helvetica-Bold', F3: 'Times-Roman', F4: 'Times-Italic', F5: 'Courier' }
export type PdfFont = keyof typeof fonts

/** A PDF 1.7 of these pages. The same pages give the same bytes. */
export function pdf(pages: readonly PdfPage[], options: PdfOptions = {}): Buffer {
  const fontNames = Object.entries(fonts)
  const firstPage = 4 + fontNames.length
  const objects: Buffer[] = [
    Buffer.from('<< /Type /Catalog /Pages 2 0 R >>'),
    Buffer.from(
      `<< /Type /Pages /Count ${pages.length} /Kids [${pages.map((_, i) => `${firstPage + i * 2} 0 R`).join(' ')}] >>`,
    ),
    Buffer.from(
      `<< /Producer (Trove) /Title (${literal(options.title ?? '')}) /Author (${literal(options.author ?? '')}) >>`,
    ),
    ...fontNames.map(([, base]) =>
      Buffer.from(`<< /Type /Font /Subtype /Type1 /BaseFont /${base} /Encoding /WinAnsiEncoding >>`),
    ),
  ]
  const resources = `<< /Font << ${fontNames.map(([name], i) => `/${name} ${4 + i} 0 R`).join(' ')} >> >>`
  pages.forEach((page, i) => {
    const box = `[0 0 ${page.widthPoints} ${page.heightPoints}]`
    objects.push(
      Buffer.from(
        `<< /Type /Page /Parent 2 0 R /MediaBox ${box} /Resources ${resources} /Contents ${firstPage + i * 2 + 1} 0 R >>`,
      ),
      stream(page.content, options.isPlain ?? false),
    )
  })
  return write(objects)
}

/** Text as it may stand between parentheses in a content stream, in Windows-1252 as far as the fonts go. */
export function literal(value: string): string {
  return value
    .replaceAll(/[\\()]/g, (char) => `\\${char}`)
    .replaceAll('–', '\\226')
    .replaceAll('—', '\\227')
    .replaceAll('’', '\\222')
    .replaceAll('•', '\\225')
    .replaceAll('€', '\\200')
    .replaceAll('…', '\\205')
    .replaceAll(/[\u00a0-\u00ff]/g, (char) => `\\${char.charCodeAt(0).toString(8)}`)
}

function stream(content: string, isPlain: boolean): Buffer {
  const bytes = Buffer.from(content, 'latin1')
  const packed = isPlain ? bytes : deflateSync(bytes)
  const filter = isPlain ? '' : ' /Filter /FlateDecode'
  return Buffer.concat([
    Buffer.from(`<< /Length ${packed.length}${filter} >>\nstream\n`),
    packed,
    Buffer.from('\nendstream'),
  ])
}

function write(objects: readonly Buffer[]): Buffer {
  const parts = [Buffer.from('%PDF-1.7\n%\xe2\xe3\xcf\xd3\n', 'latin1')]
  let offset = parts[0]?.length ?? 0
  const offsets = objects.map((object, i) => {
    const part = Buffer.concat([Buffer.from(`${i + 1} 0 obj\n`), object, Buffer.from('\nendobj\n')])
    parts.push(part)
    offset += part.length
    return offset - part.length
  })
  const rows = offsets.map((at) => `${String(at).padStart(10, '0')} 00000 n \n`).join('')
  parts.push(
    Buffer.from(
      `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${rows}` +
        `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R /Info 3 0 R >>\nstartxref\n${offset}\n%%EOF\n`,
    ),
  )
  return Buffer.concat(parts)
}
