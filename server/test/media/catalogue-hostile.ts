import * as binaries from './binaries.ts'
import * as documents from './documents.ts'
import * as hostile from './hostile.ts'
import * as images from './images.ts'
import { clip, sound } from './recordings.ts'
import type { Specimen } from './specimen.ts'

export const hostileSpecimens: readonly Specimen[] = [...mistaken(), ...polyglots(), ...broken(), ...bombs()]

/** Bytes of one type under the name of another. */
function mistaken(): Specimen[] {
  const mismatch = (name: string, make: Specimen['make']): Specimen => ({
    name,
    why: 'its bytes are of another type than its name',
    make,
    outcome: 'refused',
    problem: 'type-mismatch',
  })
  return [
    mismatch('text.jpg', () => Buffer.from('This is no picture.\n'.repeat(50))),
    mismatch('noise.jpg', () => binaries.noise(5000)),
    mismatch('page.png', () => Buffer.from('<!doctype html><script>alert(1)</script>')),
    mismatch('picture.pdf', () => images.jpeg()),
    mismatch('document.jpg', () => documents.pdfOfPages(1)),
    mismatch('picture.mp4', () => images.png()),
    mismatch('clip.jpg', () => clip('mp4')),
    mismatch('archive.png', () => documents.zipOfTexts()),
    mismatch('archive.docx', () => documents.gz()),
    mismatch('tone.jpg', () => sound('mp3')),
    mismatch('picture.txt', () => images.jpeg()),
    mismatch('picture.html', () => images.png()),
    mismatch('playlist.mp4', () => hostile.playlist()),
    mismatch('zeros.jpg', () => Buffer.alloc(1000)),
    mismatch('one-byte.png', () => Buffer.from([0x89])),
    { name: 'program.jpg', why: 'a program under the name of a picture', make: binaries.elf, outcome: 'refused' },
    {
      name: 'program.txt',
      why: 'a program under the name of a text',
      make: binaries.portableExecutable,
      outcome: 'refused',
    },
    { name: 'script.jpg', why: 'a script under the name of a picture', make: binaries.shellScript, outcome: 'refused' },
    { name: 'program.pdf', why: 'a program under the name of a document', make: binaries.machO, outcome: 'refused' },
    { name: 'empty.jpg', why: 'no bytes', make: () => Buffer.alloc(0), outcome: 'refused', problem: 'empty-file' },
    { name: 'empty.txt', why: 'no bytes', make: () => Buffer.alloc(0), outcome: 'refused', problem: 'empty-file' },
  ]
}

/** Files that are two things at once: served as the one that the name says, or not taken. */
function polyglots(): Specimen[] {
  return [
    {
      name: 'picture-and-script.gif',
      why: 'GIF and JavaScript',
      make: () => hostile.gifAndScript(),
      outcome: 'settled',
      kind: 'image',
      mediaType: 'image/gif',
    },
    {
      name: 'picture-and-script.js',
      why: 'GIF and JavaScript',
      make: () => hostile.gifAndScript(),
      outcome: 'refused',
    },
    {
      name: 'picture-and-page.jpg',
      why: 'JPEG and HTML',
      make: () => hostile.jpegAndHtml(),
      outcome: 'ready',
      kind: 'image',
      mediaType: 'image/jpeg',
      widthPixels: 320,
      heightPixels: 240,
      isUpright: true,
    },
    {
      name: 'picture-and-page.html',
      why: 'JPEG and HTML',
      make: () => hostile.jpegAndHtml(),
      outcome: 'refused',
      problem: 'type-mismatch',
    },
    {
      name: 'document-and-archive.pdf',
      why: 'PDF and ZIP',
      make: () => hostile.pdfAndZip(),
      outcome: 'ready',
      kind: 'document',
      mediaType: 'application/pdf',
      pages: 1,
    },
    {
      name: 'document-and-archive.zip',
      why: 'PDF and ZIP',
      make: () => hostile.pdfAndZip(),
      outcome: 'refused',
      problem: 'type-mismatch',
    },
    {
      name: 'picture-and-archive.jpg',
      why: 'JPEG and ZIP',
      make: () => hostile.jpegAndZip(),
      outcome: 'ready',
      kind: 'image',
      mediaType: 'image/jpeg',
      isUpright: true,
    },
    {
      name: 'picture-and-classes.gif',
      why: 'GIF and JAR',
      make: () => hostile.gifAndJar(),
      outcome: 'settled',
      kind: 'image',
      mediaType: 'image/gif',
    },
    { name: 'picture-and-classes.jar', why: 'GIF and JAR', make: () => hostile.gifAndJar(), outcome: 'refused' },
    {
      name: 'playlist.m3u8',
      why: 'asks for a file of the machine',
      make: () => hostile.playlist(),
      outcome: 'ready',
      kind: 'text',
    },
  ]
}

/** Cut short at several lengths, and with bits turned over: each ends one way or the other, and soon. */
function broken(): Specimen[] {
  const sources = {
    jpg: () => images.jpeg(),
    png: () => images.png(),
    webp: () => images.image('webp'),
    gif: () => images.animation('gif', 5),
    tif: () => images.image('tiff'),
    avif: () => images.image('avif'),
  }
  return (Object.keys(sources) as (keyof typeof sources)[])
    .flatMap((extension) => [
      ...[0.1, 0.5, 0.9, 0.99].map((share): Specimen => ({
        name: `cut-${share * 100}.${extension}`,
        why: `the first ${share * 100} per cent`,
        make: async () => hostile.truncated(await sources[extension](), share),
        outcome: 'settled',
        kind: 'image',
      })),
      ...[4, 32, 256].map((flips): Specimen => ({
        name: `flipped-${flips}.${extension}`,
        why: `${flips} bits turned over`,
        make: async () => hostile.corrupted(await sources[extension](), `${extension}${flips}`, flips),
        outcome: 'settled',
        kind: 'image',
      })),
    ])
    .concat([
      {
        name: 'head.jpg',
        why: 'the start of a picture and no more',
        make: async () => (await images.jpeg()).subarray(0, 20),
        outcome: 'failed',
        kind: 'image',
      },
      {
        name: 'head.png',
        why: 'the start of a picture and no more',
        make: async () => (await images.png()).subarray(0, 33),
        outcome: 'failed',
        kind: 'image',
      },
    ])
}

/** Few bytes that become many. */
function bombs(): Specimen[] {
  const MiB = 1 << 20
  return [
    {
      name: 'flat-20000.png',
      why: '1.6 GB of pixels in 1.2 MB',
      make: () => hostile.flatPng(20_000, 20_000),
      outcome: 'settled',
      kind: 'image',
      mediaType: 'image/png',
      isSlow: true,
    },
    {
      name: 'lying.png',
      why: 'claims 60,000 x 60,000 and holds nothing',
      make: () => hostile.lyingPng(60_000, 60_000),
      outcome: 'failed',
      kind: 'image',
      mediaType: 'image/png',
    },
    {
      name: 'lying.jpg',
      why: 'claims 65,500 x 65,500 and holds 64 x 64',
      make: () => hostile.lyingJpeg(),
      outcome: 'settled',
      kind: 'image',
      mediaType: 'image/jpeg',
    },
    {
      name: 'long-text.png',
      why: 'a comment of 200 MB in a picture of one pixel',
      make: () => hostile.pngWithLongText(200 * MiB),
      outcome: 'settled',
      kind: 'image',
      mediaType: 'image/png',
    },
    {
      name: 'huge-canvas.gif',
      why: '200 frames on a canvas of 65,535 x 65,535',
      make: () => hostile.gifWithHugeCanvas(),
      outcome: 'settled',
      kind: 'image',
      mediaType: 'image/gif',
    },
    {
      name: 'packed.svgz',
      why: 'a drawing that unpacks to 200 MB',
      make: () => hostile.packedSvg(200 * MiB),
      outcome: 'settled',
      isSlow: true,
    },
    {
      name: 'zeros.zip',
      why: 'an archive that unpacks to 200 MB',
      make: () => hostile.zipBomb(200 * MiB),
      outcome: 'ready',
      kind: 'archive',
      mediaType: 'application/zip',
      isSlow: true,
    },
  ]
}
