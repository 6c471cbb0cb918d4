import { defaultKinds, kinds, knownTypes, type Kind } from '@trove/contract/media-types'
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { deflateRawSync } from 'node:zlib'
import { Problem } from '../../platform/problem.ts'
import { judgeType } from './judge.ts'
import { sniff } from './signatures.ts'

const bytes = (text: string, length = text.length) =>
  Buffer.concat([Buffer.from(text, 'latin1')], Math.max(length, text.length))
const jpeg = bytes('\xff\xd8\xff\xe0\0\x10JFIF\0', 200)
const png = bytes('\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 200)
const ftyp = (brand: string, ...more: string[]) =>
  bytes(`\0\0\0${String.fromCharCode(16 + 4 * more.length)}ftyp${brand}\0\0\0\0${more.join('')}`, 100)
const exe = Buffer.concat([bytes('MZ\x90\0', 60), Buffer.from([0x80, 0, 0, 0]), Buffer.alloc(64), bytes('PE\0\0', 200)])
const elf = bytes('\x7fELF\x02\x01\x01\0', 200)
const ebml = (docType: string, codec = 'V_VP9') =>
  bytes(`\x1a\x45\xdf\xa3\x01\0\0\0\0\0\0\x1f\x42\x82\x84${docType}\0\0\0\0${codec}`, 200)
const text = (words: string) => Buffer.from(words)

function zip(...names: string[]): Buffer {
  return Buffer.concat(
    names.map((name, index) => {
      const body = deflateRawSync('something to say')
      const stored = index === 0 && name.startsWith('mimetype=') ? Buffer.from(name.slice(9)) : undefined
      const title = stored ? 'mimetype' : name
      const header = Buffer.alloc(30)
      header.writeUInt32LE(0x04034b50, 0)
      header.writeUInt32LE((stored ?? body).length, 18)
      header.writeUInt16LE(title.length, 26)
      return Buffer.concat([header, Buffer.from(title), stored ?? body])
    }),
  )
}

function ole(stream: string): Buffer {
  const head = Buffer.alloc(2048)
  head.write('\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1', 0, 'latin1')
  head.writeUInt16LE(9, 30)
  head.writeUInt32LE(0, 48)
  head.write('Root Entry', 512, 'utf16le')
  head.write(stream, 640, 'utf16le')
  return head
}

function tiff(...tags: [tag: number, value: number][]): Buffer {
  const head = Buffer.alloc(300)
  head.write('II\x2a\0\x08\0\0\0', 0, 'latin1')
  head.writeUInt16LE(tags.length, 8)
  tags.forEach(([tag, value], index) => {
    head.writeUInt16LE(tag, 10 + index * 12)
    head.writeUInt16LE(4, 12 + index * 12)
    head.writeUInt32LE(20, 14 + index * 12)
    head.writeUInt32LE(value, 18 + index * 12)
  })
  head.write('NIKON CORPORATION', 200)
  return head
}

const mp3 = () => {
  const frame = bytes('\xff\xfb\x90\x00', 417)
  return Buffer.concat([frame, frame, frame])
}

describe('what bytes say', () => {
  const cases: [string, Buffer, string | undefined][] = [
    ['a JPEG', jpeg, 'image/jpeg'],
    ['a PNG', png, 'image/png'],
    ['a GIF with a script behind its header', bytes('GIF89a/*<script>alert(1)</script>*/'), 'image/gif'],
    ['a HEIC', ftyp('heic', 'mif1'), 'image/heic'],
    ['a HEIF of the general brand', ftyp('mif1', 'mif1', 'heic'), 'image/heic'],
    ['an AVIF of the general brand', ftyp('mif1', 'avif'), 'image/avif'],
    ['an MP4', ftyp('isom', 'mp42'), 'video/mp4'],
    ['a QuickTime film', ftyp('qt  '), 'video/quicktime'],
    ['an M4A', ftyp('M4A ', 'isom'), 'audio/mp4'],
    ['a 3GP', ftyp('3gp5'), 'video/3gpp'],
    ['a Canon CR3', ftyp('crx ', 'isom'), 'image/x-canon-cr3'],
    ['a WebM', ebml('webm'), 'video/webm'],
    ['a Matroska', ebml('matroska'), 'video/matroska'],
    ['a Matroska recording', ebml('matroska', 'A_OPUS'), 'audio/matroska'],
    ['a WAV', bytes('RIFF\x24\0\0\0WAVEfmt '), 'audio/wav'],
    ['a WebP', bytes('RIFF\x24\0\0\0WEBPVP8 '), 'image/webp'],
    ['an AVI', bytes('RIFF\x24\0\0\0AVI LIST'), 'video/vnd.avi'],
    ['an Ogg Opus', bytes(`OggS\0\x02${'\0'.repeat(22)}OpusHead`, 100), 'audio/ogg'],
    ['an Ogg Theora', bytes(`OggS\0\x02${'\0'.repeat(22)}\x80theora`, 100), 'video/ogg'],
    ['an MP3 without tags', mp3(), 'audio/mpeg'],
    ['an MP3 with tags', Buffer.concat([bytes('ID3\x04\0\0\0\0\0\0'), mp3()]), 'audio/mpeg'],
    ['a FLAC behind tags', bytes('ID3\x04\0\0\0\0\0\0fLaC'), 'audio/flac'],
    ['a transport stream', Buffer.concat(Array.from({ length: 4 }, () => bytes('G@\0\x10', 188))), 'video/mp2t'],
    ['a PDF', bytes('%PDF-1.7\n'), 'application/pdf'],
    ['a PDF behind other lines', bytes(`${'\0'.repeat(500)}%PDF-1.4`), 'application/pdf'],
    ['no PDF so far behind', bytes(`${'\0'.repeat(2000)}%PDF-1.4`), undefined],
    ['a TIFF', tiff([256, 10]), 'image/tiff'],
    ['a DNG', tiff([271, 200], [50706, 1]), 'image/x-adobe-dng'],
    ['a NEF', tiff([271, 200], [330, 100]), 'image/x-nikon-nef'],
    ['a TIFF whose directory lies outside', bytes('II\x2a\0\xff\xff\xff\xff'), 'image/tiff'],
    ['a ZIP', zip('a.txt', 'b.txt'), 'application/zip'],
    [
      'a Word document',
      zip('[Content_Types].xml', '_rels/.rels', 'word/document.xml'),
      'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
    ],
    ['an EPUB', zip('mimetype=application/epub+zip', 'META-INF/container.xml'), 'application/epub+zip'],
    [
      'an OpenDocument text',
      zip('mimetype=application/vnd.oasis.opendocument.text', 'content.xml'),
      'application/vnd.oasis.opendocument.text',
    ],
    ['a JAR', zip('META-INF/MANIFEST.MF', 'Main.class'), 'application/java-archive'],
    ['an APK', zip('AndroidManifest.xml', 'classes.dex'), 'application/vnd.android.package-archive'],
    ['an old Word document', ole('WordDocument'), 'application/msword'],
    ['an old workbook', ole('Workbook'), 'application/vnd.ms-excel'],
    ['an old document of some kind', ole('Something'), 'application/x-ole-storage'],
    ['a Windows program', exe, 'application/vnd.microsoft.portable-executable'],
    ['a Linux program', elf, 'application/x-executable'],
    ['a Java class', bytes('\xca\xfe\xba\xbe\0\0\0\x34', 100), 'application/java-vm'],
    ['a macOS program', bytes('\xca\xfe\xba\xbe\0\0\0\x02', 100), 'application/x-mach-binary'],
    ['a script', text('#!/bin/sh\nrm -rf /\n'), 'application/x-sh'],
    ['a PHP page', text('<?php echo 1;'), 'application/x-httpd-php'],
    ['an HTML page behind a comment', text('\ufeff <!-- hello -->\n<!DOCTYPE html><html>'), 'text/html'],
    [
      'an SVG',
      text('<?xml version="1.0"?>\n<!-- made by hand -->\n<svg xmlns="http://www.w3.org/2000/svg">'),
      'image/svg+xml',
    ],
    [
      'an SVG with a document type',
      text('<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY a "b">]><svg>'),
      'image/svg+xml',
    ],
    ['an XML', text('<?xml version="1.0"?><a/>'), 'application/xml'],
    ['a text', text('Grüße, 日本'), 'text/plain'],
    ['a text in UTF-16', Buffer.from('\ufeffHello', 'utf16le'), 'text/plain'],
    ['a text cut within a letter', text('日本').subarray(0, 5), 'text/plain'],
    ['an old text of one byte a letter', Buffer.from('Gr\xfc\xdfe aus K\xf6ln an alle', 'latin1'), 'text/plain'],
    ['a text that begins like a program', text('MZ is how a program begins.'), 'text/plain'],
    ['noise', Buffer.from(Array.from({ length: 300 }, (_, i) => (i * 167 + 13) % 256)), undefined],
    ['nothing', Buffer.alloc(0), undefined],
  ]
  for (const [what, head, mediaType] of cases) test(what, () => assert.equal(sniff(head)?.mediaType, mediaType))

  test('every signature belongs to a type of the table, and no head makes it throw or last', () => {
    let seed = 7
    const random = () => (seed = (seed * 1_103_515_245 + 12_345) & 0x7fffffff)
    const began = performance.now()
    for (const [, head] of cases) {
      for (let round = 0; round < 40; round++) {
        const mutant = Buffer.concat([head, Buffer.alloc(64)])
        for (let hit = 0; hit < 6; hit++) mutant[random() % mutant.length] = random() & 255
        sniff(mutant.subarray(0, random() % mutant.length))
      }
    }
    const dense = Buffer.concat([zip('a'), Buffer.from('PK\x03\x04'.repeat(16_000), 'latin1')])
    sniff(dense)
    sniff(Buffer.from('<!--'.repeat(16_384)))
    assert.ok(performance.now() - began < 5_000)
  })
})

describe('what becomes of an upload', () => {
  const every = kinds as readonly Kind[]
  const accepted: [string, string | undefined, Buffer, string, Kind][] = [
    ['a.jpg', 'image/jpeg', jpeg, 'image/jpeg', 'image'],
    ['a.JPEG', undefined, jpeg, 'image/jpeg', 'image'],
    ['a.jfif', 'application/octet-stream', jpeg, 'image/jpeg', 'image'],
    ['a', undefined, jpeg, 'image/jpeg', 'image'],
    ['a.heif', 'image/heif', ftyp('heic'), 'image/heic', 'image'],
    ['a.mov', 'video/mp4', ftyp('qt  '), 'video/quicktime', 'video'],
    ['a.mp4', 'video/quicktime', ftyp('qt  '), 'video/quicktime', 'video'],
    ['a.m4a', 'audio/x-m4a', ftyp('isom'), 'audio/mp4', 'audio'],
    ['a.mkv', 'video/x-matroska', ebml('webm'), 'video/webm', 'video'],
    ['a.opus', 'audio/opus', bytes(`OggS\0\x02${'\0'.repeat(22)}OpusHead`, 100), 'audio/ogg', 'audio'],
    ['a.tif', undefined, tiff([256, 1]), 'image/tiff', 'image'],
    ['a.nef', undefined, tiff([256, 1]), 'image/x-nikon-nef', 'image'],
    [
      'a.zip',
      'application/x-zip-compressed',
      zip('word/document.xml'),
      'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
      'document',
    ],
    [
      'a.docx',
      undefined,
      zip('docProps/app.xml'),
      'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
      'document',
    ],
    ['a.sketch', undefined, zip('document.json'), 'application/x-sketch', 'design'],
    ['a.ai', 'application/postscript', bytes('%PDF-1.5'), 'application/illustrator', 'design'],
    ['a.doc', 'application/msword', bytes('{\\rtf1'), 'application/rtf', 'document'],
    ['a.svg', 'image/svg+xml', text('<svg/>'), 'image/svg+xml', 'image'],
    ['a.csv', 'application/vnd.ms-excel', text('a;b\n1;2\n'), 'text/csv', 'text'],
    ['a.md', undefined, text('<h1>Hello</h1>'), 'text/markdown', 'text'],
    ['a.ts', 'video/mp2t', text('const a = 1'), 'text/plain', 'text'],
    ['a.json', 'application/json', text('{}'), 'application/json', 'text'],
    ['a.xyz', 'chemical/x-xyz', text('C 0 0 0'), 'text/plain', 'text'],
    ['a.bin', undefined, Buffer.from([1, 2, 3, 0]), 'application/octet-stream', 'other'],
    ['a.txt', 'text/plain', Buffer.from([1, 2, 3, 0]), 'application/octet-stream', 'other'],
    ['a.obj', undefined, text('v 0 0 0'), 'model/obj', 'design'],
  ]
  for (const [filename, declaredType, head, mediaType, kind] of accepted)
    test(`${filename} declared ${declaredType ?? 'nothing'} is kept as ${mediaType}`, () => {
      judgeType({ filename, declaredType, allowedKinds: defaultKinds })
      const verdict = judgeType({ filename, declaredType, allowedKinds: defaultKinds, head })
      assert.deepEqual([verdict.mediaType, verdict.kind], [mediaType, kind])
    })

  const refused: [string, string | undefined, Buffer, string][] = [
    ['a.jpg', 'image/jpeg', png, 'type-mismatch'],
    ['a.png', 'image/jpeg', png, 'type-mismatch'],
    ['a.pdf', undefined, jpeg, 'type-mismatch'],
    ['a.txt', undefined, jpeg, 'type-mismatch'],
    ['a.jpg', undefined, Buffer.from([1, 2, 3, 0]), 'type-mismatch'],
    ['a.jpg', 'image/jpeg', text('<html><script>alert(1)</script>'), 'type-mismatch'],
    ['a.png', undefined, text('<svg onload=alert(1)>'), 'type-mismatch'],
    ['a.docx', undefined, zip('xl/workbook.xml'), 'type-mismatch'],
    ['a.jpg', 'image/jpeg', exe, 'type-not-allowed'],
    ['a.pdf', undefined, elf, 'type-not-allowed'],
    ['a', undefined, exe, 'type-not-allowed'],
    ['a.zip', undefined, zip('META-INF/MANIFEST.MF', 'Main.class'), 'type-not-allowed'],
    ['a.txt', 'text/plain', text('#!/bin/sh\n'), 'type-not-allowed'],
    ['a.jpg', undefined, text('<?php system(1);'), 'type-not-allowed'],
  ]
  for (const [filename, declaredType, head, problem] of refused)
    test(`${filename} declared ${declaredType ?? 'nothing'} is refused: ${problem}`, () => {
      assert.throws(
        () => judgeType({ filename, declaredType, allowedKinds: defaultKinds, head }),
        (error) => error instanceof Problem && error.kind === problem,
      )
    })

  for (const filename of [
    'a.exe',
    'a.EXE',
    'a.exe. ',
    'a.sh',
    'a.js',
    'a.bat',
    'a.jar',
    'photo.jpg.scr',
    'a.dmg',
    'a.ps1',
    'a.msi',
  ])
    test(`${filename} is refused by its name alone`, () => {
      assert.throws(() => judgeType({ filename, allowedKinds: defaultKinds }), { kind: 'type-not-allowed' })
    })

  test('programs and scripts are kept where the organization allows them', () => {
    assert.equal(judgeType({ filename: 'a.exe', allowedKinds: every, head: exe }).kind, 'executable')
    assert.equal(
      judgeType({ filename: 'a.sh', allowedKinds: every, head: text('#!/bin/sh') }).mediaType,
      'application/x-sh',
    )
    assert.equal(
      judgeType({ filename: 'a.py', allowedKinds: every, head: text('import os') }).mediaType,
      'text/x-python',
    )
    assert.throws(() => judgeType({ filename: 'a.jpg', allowedKinds: every, head: exe }), { kind: 'type-mismatch' })
  })

  test('a narrowed list refuses the rest, at creation and by the bytes', () => {
    assert.throws(() => judgeType({ filename: 'a.pdf', allowedKinds: ['image'] }), { kind: 'type-not-allowed' })
    assert.throws(() => judgeType({ filename: 'a', allowedKinds: ['image'], head: bytes('%PDF-1.7') }), {
      kind: 'type-not-allowed',
    })
    assert.throws(() => judgeType({ filename: 'a.bin', allowedKinds: ['image'], head: Buffer.from([1, 0]) }), {
      kind: 'type-not-allowed',
    })
  })

  test('a refusal says what it is, what its name says and what would be right', () => {
    assert.throws(() => judgeType({ filename: 'a.jpg', allowedKinds: defaultKinds, head: png }), {
      message:
        'This is a PNG image, but its name ends in .jpg as a JPEG image would. Let the name end in .png, or send the file that the name means.',
    })
  })

  test('nothing that a browser could run is ever shown inline', () => {
    const shown = knownTypes.filter((type) => type.isInline).map((type) => type.mediaType)
    assert.ok(
      shown.every(
        (mediaType) => /^(image|video|audio)\/|^application\/pdf$/.test(mediaType) && !/svg|xml|html/.test(mediaType),
      ),
    )
  })
})
