import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { hasPoppler } from '../../../../../../scripts/poppler.mjs'
import { pdf } from '../../../../app/demo/pdf.ts'
import { pdfOfPages } from '../../../../../test/media/documents.ts'
import { makePages } from '../pages.ts'
import { makeText } from './making.ts'
import type { Passage } from './passages.ts'

const skip = hasPoppler() ? false : 'there is no pdftotext: apt-get install poppler-utils'

let folder: string

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trove-poppler-'))
})

after(() => rm(folder, { recursive: true }))

const run = (name: string, args: string[]): string => spawnSync(name, args, { encoding: 'utf8' }).stdout

/** Words, whatever stands between them. */
const wordsIn = (text: string): string[] => text.split(/\s+/).filter((word) => word !== '')

const lines = pdf(
  [1, 2, 3].map((number) => ({
    widthPoints: 400,
    heightPoints: 300,
    content: `BT /F1 14 Tf 30 250 Td (Page ${number} of the minutes) Tj 0 -20 Td (A second line, with 3.5 % and (brackets\\)) Tj ET`,
  })),
  { title: 'Minutes' },
)

describe('PDFs', { skip }, () => {
  for (const [name, bytes] of [
    ['numbers', pdfOfPages(12)],
    ['lines', lines],
    ['wide', pdfOfPages(2, { widthPoints: 842, heightPoints: 595 })],
  ] as const)
    test(`have the pages, sizes and words that Poppler finds: ${name}`, async () => {
      const path = join(folder, `${name}.pdf`)
      await writeFile(path, bytes)
      const request = { path, sizeBytes: bytes.length, mediaType: 'application/pdf', outputFolder: folder }
      const text = await makeText({ ...request, make: 'text' }, () => undefined)
      const pages = await makePages({ ...request, make: 'pages', options: { first: 1, last: 1 } }, () => undefined)
      const told = run('pdfinfo', [path])
      const count = Number(/^Pages:\s+(\d+)/m.exec(told)?.[1])
      const [, width, height] = /^Page size:\s+([\d.]+) x ([\d.]+)/m.exec(told) ?? []
      assert.equal(pages.facts['pages'], count)
      assert.deepEqual(pages.variants[0]?.facts, { widthPoints: Number(width), heightPoints: Number(height) })
      const passages = text.facts['passages'] as Passage[]
      for (let number = 1; number <= count; number++) {
        const ours = passages.find((passage) => passage.number === number)?.content ?? ''
        assert.deepEqual(wordsIn(ours), wordsIn(run('pdftotext', ['-f', `${number}`, '-l', `${number}`, path, '-'])))
      }
    })
})
