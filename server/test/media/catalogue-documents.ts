import * as binaries from './binaries.ts'
import * as documents from './documents.ts'
import { corrupted, truncated } from './hostile.ts'
import type { Specimen } from './specimen.ts'

export const documentSpecimens: readonly Specimen[] = [
  ...portable(),
  ...office(),
  ...texts(),
  ...archives(),
  ...programs(),
]

function portable(): Specimen[] {
  const portable = { kind: 'document', mediaType: 'application/pdf' } as const
  return [
    ...[1, 2, 12, 500].map((pages): Specimen => ({
      ...portable,
      name: `pages-${pages}.pdf`,
      why: 'its number of pages',
      make: () => documents.pdfOfPages(pages),
      outcome: 'ready',
      pages,
      isUpright: true,
    })),
    {
      ...portable,
      name: 'landscape.pdf',
      why: 'a wide page',
      make: () => documents.pdfOfPages(3, { widthPoints: 842, heightPoints: 595 }),
      outcome: 'ready',
      pages: 3,
      isUpright: true,
    },
    {
      ...portable,
      name: 'tiny-page.pdf',
      why: 'a page of 3 points',
      make: () => documents.pdfOfPages(1, { widthPoints: 3, heightPoints: 3 }),
      outcome: 'ready',
      pages: 1,
    },
    {
      ...portable,
      name: 'strip.pdf',
      why: 'a page 1,000 times as high as wide',
      make: () => documents.pdfOfPages(1, { widthPoints: 14, heightPoints: 14_000 }),
      outcome: 'ready',
      pages: 1,
    },
    {
      ...portable,
      name: 'enormous-page.pdf',
      why: 'a page of 35 metres',
      make: () => documents.pdfWithEnormousPage(),
      outcome: 'settled',
      pages: 1,
    },
    {
      ...portable,
      name: 'script.pdf',
      why: 'a script that runs on opening',
      make: () => documents.pdfWithScript(),
      outcome: 'ready',
      pages: 1,
    },
    {
      ...portable,
      name: 'encrypted.pdf',
      why: 'a password that nobody has',
      make: () => documents.encryptedPdf(),
      outcome: 'failed',
    },
    {
      ...portable,
      name: 'circular.pdf',
      why: 'a page tree that is its own branch',
      make: () => documents.circularPdf(),
      outcome: 'settled',
    },
    {
      ...portable,
      name: 'cut.pdf',
      why: 'the first half',
      make: () => truncated(documents.pdfOfPages(5), 0.5),
      outcome: 'settled',
    },
    {
      ...portable,
      name: 'head.pdf',
      why: 'only the first line',
      make: () => documents.pdfOfPages(1).subarray(0, 12),
      outcome: 'failed',
    },
    ...[8, 64, 512].map((flips): Specimen => ({
      ...portable,
      name: `flipped-${flips}.pdf`,
      why: `${flips} bits turned over`,
      make: () => corrupted(documents.pdfOfPages(5), flips, flips),
      outcome: 'settled',
    })),
  ]
}

function office(): Specimen[] {
  const ooxml = 'application/vnd.openxmlformats-officedocument'
  const odf = 'application/vnd.oasis.opendocument'
  const paper = (name: string, mediaType: string, make: Specimen['make']): Specimen => ({
    name,
    why: 'an office document',
    make,
    outcome: 'ready',
    kind: 'document',
    mediaType,
  })
  return [
    paper('letter.docx', `${ooxml}.wordprocessingml.document`, () => documents.docx()),
    {
      ...paper('burst.docx', `${ooxml}.wordprocessingml.document`, () => documents.docx('a'.repeat(20 * 1024 ** 2))),
      why: 'a letter that unpacks to a thousand times its size',
    },
    paper('table.xlsx', `${ooxml}.spreadsheetml.sheet`, () => documents.xlsx()),
    paper('slides.pptx', `${ooxml}.presentationml.presentation`, () => documents.pptx()),
    paper('letter.odt', `${odf}.text`, () => documents.openDocument('text')),
    paper('table.ods', `${odf}.spreadsheet`, () => documents.openDocument('spreadsheet')),
    paper('slides.odp', `${odf}.presentation`, () => documents.openDocument('presentation')),
    paper('book.epub', 'application/epub+zip', () => documents.epub()),
    paper('note.rtf', 'application/rtf', () => Buffer.from('{\\rtf1\\ansi A note.\\par}')),
    {
      name: 'image.psd',
      why: 'a design file',
      make: () => binaries.photoshop(),
      outcome: 'settled',
      kind: 'design',
      mediaType: 'image/vnd.adobe.photoshop',
    },
  ]
}

function texts(): Specimen[] {
  const text = (name: string, mediaType: string, content: string): Specimen => ({
    name,
    why: 'text of a kind',
    make: () => Buffer.from(content),
    outcome: 'ready',
    kind: 'text',
    mediaType,
  })
  return [
    text('note.txt', 'text/plain', 'A note.\n'),
    text('one-byte.txt', 'text/plain', 'a'),
    text('umlauts.txt', 'text/plain', 'Grüße, 世界 🌲\n'),
    text('read.md', 'text/markdown', '# Title\n\nText.\n'),
    text('table.csv', 'text/csv', 'name,number\nfir,3\n'),
    text('facts.json', 'application/json', '{"name": "fir", "number": 3}\n'),
    text('page.html', 'text/html', '<!doctype html><script>alert(document.domain)</script>'),
    text('tree.xml', 'application/xml', '<?xml version="1.0"?><tree/>'),
    text(
      'far.xml',
      'application/xml',
      '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
    ),
    text('titles.srt', 'application/x-subrip', '1\n00:00:00,000 --> 00:00:01,000\nHello\n'),
    text('day.ics', 'text/calendar', 'BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n'),
    { name: 'latin1.txt', why: 'not in UTF-8', make: () => Buffer.from('Grüße\n', 'latin1'), outcome: 'ready' },
    {
      name: 'wide.txt',
      why: 'in UTF-16',
      make: () => Buffer.from('\ufeffText\n', 'utf16le'),
      outcome: 'ready',
      kind: 'text',
    },
  ]
}

function archives(): Specimen[] {
  const archive = (name: string, mediaType: string, make: Specimen['make']): Specimen => ({
    name,
    why: 'an archive',
    make,
    outcome: 'ready',
    kind: 'archive',
    mediaType,
  })
  return [
    archive('notes.zip', 'application/zip', () => documents.zipOfTexts()),
    {
      ...archive('climbing.zip', 'application/zip', () => documents.climbingZip()),
      why: 'members that climb out of their folder',
    },
    archive('log.gz', 'application/gzip', () => documents.gz()),
    archive('note.tar', 'application/x-tar', () => documents.tar()),
    archive('empty.7z', 'application/x-7z-compressed', () => documents.sevenZip()),
    archive('empty.rar', 'application/vnd.rar', () => documents.rar()),
    {
      name: 'unknown.xyz',
      why: 'an extension nobody knows',
      make: () => binaries.noise(5000),
      outcome: 'ready',
      kind: 'other',
      mediaType: 'application/octet-stream',
    },
    {
      name: 'no-extension',
      why: 'nothing is said and nothing known',
      make: () => binaries.noise(5000),
      outcome: 'ready',
      kind: 'other',
      mediaType: 'application/octet-stream',
    },
    {
      name: 'photograph',
      why: 'a picture without an extension',
      make: async () => (await import('./images.ts')).jpeg(),
      outcome: 'ready',
      kind: 'image',
      mediaType: 'image/jpeg',
      widthPixels: 320,
      heightPixels: 240,
    },
    {
      name: 'opaque.bin',
      why: 'opaque by its name',
      make: () => binaries.noise(5000),
      outcome: 'ready',
      kind: 'other',
      mediaType: 'application/octet-stream',
    },
  ]
}

/** Programs and scripts are refused by their bytes as well as by their names. */
function programs(): Specimen[] {
  const program = (name: string, make: () => Buffer): Specimen => ({
    name,
    why: 'a program',
    make,
    outcome: 'refused',
    problem: 'type-not-allowed',
  })
  return [
    program('program', binaries.elf),
    program('program.so', binaries.elf),
    program('setup.exe', binaries.portableExecutable),
    program('library.dll', binaries.portableExecutable),
    program('program-without-extension', binaries.portableExecutable),
    program('mac.dylib', binaries.machO),
    program('mac-program', binaries.machO),
    program('Main.class', binaries.javaClass),
    program('module.wasm', binaries.webAssembly),
    program('install.sh', binaries.shellScript),
    program('run', binaries.shellScript),
    program('start.bat', binaries.batchScript),
    program('page.js', binaries.javaScript),
    program('page.mjs', binaries.javaScript),
    program('page.php', () => Buffer.from('<?php phpinfo(); ?>')),
    program('setup.EXE', binaries.portableExecutable),
  ]
}
