import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { zip, type ZipMember } from '../../../../app/demo/zip.ts'
import { makeText } from './making.ts'
import { collectPassages, MOST_CHARACTERS, type Passage } from './passages.ts'

const WORD = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'
const EXCEL = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'
const POWERPOINT = 'application/vnd.openxmlformats-officedocument.presentationml.presentation'
const MIB = 1024 ** 2

let folder: string

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trove-text-'))
})

after(() => rm(folder, { recursive: true }))

async function textOf(mediaType: string, bytes: Buffer | string): Promise<(string | number)[][]> {
  const path = join(folder, 'original')
  await writeFile(path, bytes)
  const sizeBytes = Buffer.byteLength(bytes)
  const { facts } = await makeText({ make: 'text', path, sizeBytes, mediaType, outputFolder: folder }, () => undefined)
  return (facts['passages'] as Passage[]).map(({ number, content }) => [number, content])
}

const packageOf = (members: Record<string, string>): Buffer =>
  zip(Object.entries(members).map(([name, bytes]): ZipMember => ({ name, bytes })))

const word = (body: string) =>
  packageOf({ 'word/document.xml': `<w:document xmlns:w="w"><w:body>${body}</w:body></w:document>` })

describe('the text of a file', () => {
  test('of Word has a line for each paragraph, and neither what was struck out nor what stands there twice', async () => {
    const body = `<w:p><w:pPr><w:tabs><w:tab/></w:tabs></w:pPr><w:r><w:t>One</w:t><w:tab/><w:t>two</w:t></w:r></w:p>
      <w:p><w:del><w:r><w:delText>gone</w:delText></w:r></w:del><w:r><w:t>three &lt; four</w:t></w:r></w:p>
      <mc:AlternateContent><mc:Choice><w:r><w:t>five</w:t></w:r></mc:Choice><mc:Fallback><w:r><w:t>five</w:t></w:r></mc:Fallback></mc:AlternateContent>`
    assert.deepEqual(await textOf(WORD, word(body)), [[1, 'One\ttwo\nthree < four\nfive']])
  })

  test('of Excel is by sheets in the order of the workbook, with its shared strings', async () => {
    const workbook = packageOf({
      'xl/workbook.xml': '<workbook><sheets><sheet name="B" r:id="r2"/><sheet name="A" r:id="r1"/></sheets></workbook>',
      'xl/_rels/workbook.xml.rels':
        '<Relationships><Relationship Id="r1" Target="worksheets/sheet1.xml"/><Relationship Id="r2" Target="/xl/worksheets/sheet2.xml"/></Relationships>',
      'xl/sharedStrings.xml':
        '<sst><si><t>fir</t></si><si><r><t>la</t></r><r><t>rch</t></r><rPh><t>x</t></rPh></si></sst>',
      'xl/worksheets/sheet1.xml': '<worksheet><row><c t="s"><v>1</v></c><c><v>3.5</v></c></row></worksheet>',
      'xl/worksheets/sheet2.xml':
        '<worksheet><row><c t="s"><v>0</v></c></row><row><c t="inlineStr"><is><t>own</t></is></c></row></worksheet>',
    })
    assert.deepEqual(await textOf(EXCEL, workbook), [
      [1, 'fir\nown'],
      [2, 'larch\t3.5'],
    ])
  })

  test('of PowerPoint is by slides in the order in which they are shown', async () => {
    const slide = (words: string) => `<p:sld><a:p><a:r><a:t>${words}</a:t></a:r></a:p></p:sld>`
    const slides = packageOf({
      'ppt/presentation.xml':
        '<p:presentation><p:sldIdLst><p:sldId id="256" r:id="b"/><p:sldId id="257" r:id="a"/></p:sldIdLst></p:presentation>',
      'ppt/_rels/presentation.xml.rels':
        '<Relationships><Relationship Id="a" Target="slides/slide1.xml"/><Relationship Id="b" Target="slides/slide2.xml"/></Relationships>',
      'ppt/slides/slide1.xml': slide('last'),
      'ppt/slides/slide2.xml': slide('first'),
    })
    assert.deepEqual(await textOf(POWERPOINT, slides), [
      [1, 'first'],
      [2, 'last'],
    ])
  })

  test('of OpenDocument and of a book is by sheets and chapters', async () => {
    const table = packageOf({
      mimetype: 'application/vnd.oasis.opendocument.spreadsheet',
      'content.xml':
        '<office:body><table:table table:name="a"><table:table-row><table:table-cell><text:p>fir</text:p></table:table-cell></table:table-row></table:table><table:table table:name="b"><table:table-row><table:table-cell><text:p>lar<text:s/>ch</text:p></table:table-cell></table:table-row></table:table></office:body>',
    })
    assert.deepEqual(await textOf('application/vnd.oasis.opendocument.spreadsheet', table), [
      [1, 'fir'],
      [2, 'lar ch'],
    ])
    const book = packageOf({
      'META-INF/container.xml': '<container><rootfiles><rootfile full-path="OPS/book.opf"/></rootfiles></container>',
      'OPS/book.opf':
        '<package><manifest><item id="a" href="one%20.xhtml"/><item id="b" href="two.html"/></manifest><spine><itemref idref="b"/><itemref idref="a"/></spine></package>',
      'OPS/one .xhtml': '<html><head><title>x</title></head><body><p>One</p></body></html>',
      'OPS/two.html': '<html><body><h1>Two</h1><script>alert(1)</script><p>and more</p></body></html>',
    })
    assert.deepEqual(await textOf('application/epub+zip', book), [
      [1, 'Two\n\nand more'],
      [2, 'One'],
    ])
  })

  test('is never markup: scripts are left out and entities that somebody declared stay as they are written', async () => {
    assert.deepEqual(await textOf('text/html', '<p>a<b>b</b></p><style>x</style><script>alert("x")</script>'), [
      [1, 'ab'],
    ])
    const laughs = `<!DOCTYPE a [<!ENTITY l "${'ha'.repeat(100)}"><!ENTITY m "&l;&l;&l;">]><a>&m;&x;</a>`
    const [[, written] = []] = await textOf('application/xml', laughs)
    assert.match(String(written), /&m;&x;$/)
    assert.ok(!String(written).includes('haha'))
  })

  test('of rich text leaves out fonts and pictures and reads letters in any encoding', async () => {
    const rich = String.raw`{\rtf1\ansi\ansicpg1251{\fonttbl{\f0 Arial;}}{\*\generator X;}{\pict 0102}\'cf\uc1\u1088?\par Next\{}`
    assert.deepEqual(await textOf('application/rtf', rich), [[1, 'Пр\nNext{']])
  })

  test('of a package that bursts, repeats itself or is cut ends soon and plainly', async () => {
    const burst = packageOf({ 'word/document.xml': `<w:document>${'<w:p/>'.repeat(3 * MIB)}</w:document>` })
    await assert.rejects(textOf(WORD, burst), /unpacks to far more/)
    await assert.rejects(textOf(WORD, word('<w:p/>').subarray(0, 60)), /damaged or incomplete/)
    const within = packageOf({ 'word/document.xml': 'x', 'word/nested.docx': burst.toString('latin1') })
    assert.deepEqual(await textOf(WORD, within), [], 'what is packed within is not unpacked')
  })

  test('of elements without end in each other ends soon and plainly', async () => {
    const deep = '<w:a>'.repeat(400_000)
    // It was 120 s for a file of 15 KB.
    const began = performance.now()
    await assert.rejects(textOf(WORD, word(deep)), /nested deeper/)
    await assert.rejects(textOf('application/xml', deep), /nested deeper/)
    await assert.rejects(textOf('text/html', '<div>'.repeat(400_000)), /nested deeper/)
    await assert.rejects(textOf('application/rtf', String.raw`{\rtf1 ` + '{'.repeat(400_000)), /nested deeper/)
    assert.ok(performance.now() - began < 5_000)
  })

  test('of an element with attributes without end, and of a letter with one line without end, needs no more than others', async () => {
    const attributes = Array.from({ length: 20_000 }, (_, i) => `a${i}=""`).join(' ')
    await assert.rejects(textOf('text/html', `<p ${attributes}>x</p>`), /more attributes/)
    const letter = `Subject: Larch\n\n${'A'.repeat(12 * MIB)}\nfir!`
    const [[, words] = []] = await textOf('message/rfc822', letter)
    assert.match(String(words), /Larch\s+fir!/)
  })

  test('is bounded, and says when there was more', () => {
    const passages = collectPassages({ isFlowing: true })
    for (let i = 0; i < 50; i++) passages.add('word '.repeat(20_000))
    const { passages: kept, isCut } = passages.end()
    assert.equal(isCut, true)
    assert.ok(kept.reduce((sum, { content }) => sum + content.length, 0) <= MOST_CHARACTERS)
    assert.ok(kept.every(({ content }) => content.length <= 100_000))
  })

  test('of nothing but spaces takes no longer than any other', () => {
    const passages = collectPassages({ isFlowing: true })
    const began = performance.now()
    for (let i = 0; i < 10; i++) passages.add(`x${' '.repeat(99_998)}x`)
    assert.equal(passages.end().passages.length, 10)
    // It was 40 s for each.
    assert.ok(performance.now() - began < 5_000)
  })

  test('holds no NUL, no half letter and no word that a line has split', () => {
    const passages = collectPassages({ isFlowing: false })
    passages.add('exam\u0002\r\nple\u0000 \ud800 end\r\n\r\n\r\n\r\nlast')
    assert.deepEqual(passages.end().passages, [{ number: 1, content: 'example \ufffd end\n\nlast' }])
  })
})
