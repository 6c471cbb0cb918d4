import { lstat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { inTransaction } from '../../../platform/db/index.ts'
import type { Platform } from '../../../platform/platform.ts'
import * as files from '../../files/index.ts'
import { putVariants } from '../derived.ts'
import type { Making } from '../rendering.ts'
import type { Outcome, Step, Subject, Work } from '../steps/step.ts'
import { isOffice, isPagedPicture, isPdf } from './kinds.ts'
import { failed, withChild, type Ask } from './making.ts'
import { officeProgram } from './office-program.ts'
import { lockVersions } from '../store.ts'
import * as store from './store.ts'

/** Pages with a picture each; those beyond are drawn by whoever may have the original. */
const MOST_PICTURES = 200
/** To open one page of a TIFF is to look for every one: of more than these, each would take longer than it is worth. */
const MOST_SCANNED = 10_000
/** Drawn, stored and told at a time: what is lost when a page breaks the child, until each of them is tried alone. */
const BATCH = 12
/** A page that takes longer was made to. */
const PAGE_MS = 25_000
const BATCH_MS = 150_000
/** After so many pages that break the child, the rest is not tried. */
const MOST_BROKEN = 3
const CONVERT_MS = 120_000
const TIMEOUT_MS = 20 * 60_000

/** A picture of each page of a document, and of a scan that is one; of an office document where LibreOffice is installed. */
export const pagesStep: Step = {
  name: 'pages',
  revision: 1,
  appliesTo: (mediaType) => isPdf(mediaType) || isOffice(mediaType) || isPagedPicture(mediaType),
  timeoutMs: TIMEOUT_MS,
  async run(platform, subject, work) {
    const { mediaType, blobId } = subject
    if (isPagedPicture(mediaType)) {
      const pages = await store.countPages(platform.db, blobId)
      // One page is the picture itself.
      if (pages <= 1) return { status: 'skipped' }
      if (pages > MOST_SCANNED) return failed({ ok: false, failure: tooMany(pages), reason: 'too-large' })
    }
    return withChild(platform, { step: 'pages', subject, work }, async (ask, folder) => {
      if (!isOffice(mediaType)) return drawAll(platform, { subject, work, ask })
      const office = officeProgram()
      if (office === undefined) return { status: 'skipped' }
      const converted = await ask({ options: { office }, timeoutMs: CONVERT_MS })
      if (!converted.ok) return failed(converted)
      const path = join(folder, basename(String(converted.facts['name'])))
      if (!(await isFile(path))) return failed({ ok: false, failure: NO_PDF, reason: 'crashed' })
      const outcome = await drawAll(platform, { subject, work, ask, path })
      if (outcome.status === 'done') await keepWords(platform, { subject, ask, path })
      return outcome
    })
  },
}

/** The child names what it has made, and it may name anything: nothing but what lies in its folder is looked at. */
const isFile = (path: string): Promise<boolean> =>
  lstat(path).then(
    (found) => found.isFile(),
    () => false,
  )
const tooMany = (pages: number) =>
  `It has ${pages.toLocaleString('en')} pages, and the pages of a TIFF are drawn of at most ${MOST_SCANNED.toLocaleString('en')}.`
const NO_PDF = 'It could not be made a PDF of.'

type Drawing = { subject: Subject; work: Work; ask: Ask; /** Of the PDF made of an office document. */ path?: string }

/** Batch by batch, each kept as soon as it is drawn, so that the first pages can be read while the last are drawn. */
async function drawAll(platform: Platform, drawing: Drawing): Promise<Outcome> {
  const { subject, work } = drawing
  const there = await store.listPageNumbers(platform.db, subject.blobId)
  const broken: Extract<Making, { ok: false }>[] = []
  let count = MOST_PICTURES
  for (let first = 1; first <= Math.min(count, MOST_PICTURES); first += BATCH) {
    const last = Math.min(first + BATCH - 1, MOST_PICTURES, count)
    const wanted = numbersFrom(first, last).filter((number) => !there.has(number))
    if (wanted.length === 0) continue
    const batch = await draw(platform, drawing, { first: wanted[0] ?? first, last })
    if (batch.ok) count = batch.pages
    for (const number of batch.ok ? [] : wanted) {
      if (number > count || broken.length >= MOST_BROKEN) break
      const alone = await draw(platform, drawing, { first: number, last: number })
      if (alone.ok) count = alone.pages
      else broken.push(alone)
    }
    if (broken.length >= MOST_BROKEN) break
    work.report(Math.min(1, last / Math.min(count, MOST_PICTURES)))
  }
  const [worst] = broken
  // Some are better than none: the rest says of itself that it has no picture.
  return worst !== undefined && broken.length >= MOST_BROKEN ? failed(worst) : { status: 'done' }
}

type Drawn = { ok: true; pages: number } | Extract<Making, { ok: false }>

async function draw(
  platform: Platform,
  { subject, ask, path }: Drawing,
  { first, last }: { first: number; last: number },
): Promise<Drawn> {
  const withPreview = path !== undefined && first === 1
  const making = await ask({
    ...(path !== undefined && { path }),
    options: { first, last, withPreview },
    timeoutMs: first === last ? PAGE_MS : BATCH_MS,
    quietMs: PAGE_MS,
  })
  if (!making.ok) return making
  const pages = Number(making.facts['pages'])
  const stored = await putVariants(platform, subject, making.variants)
  const superfluous = await inTransaction(platform.db, async (tx) => {
    await lockVersions(tx, subject.blobId)
    if (withPreview) await store.keepSummary(tx, subject.blobId, { pages, blur: making.facts['blur'] as Uint8Array })
    const left = await store.insertMissing(tx, subject.blobId, stored)
    if (withPreview) await files.renewMedia(tx, subject.blobId)
    return left
  })
  if (superfluous.length > 0) await platform.objects.delete(superfluous)
  return { ok: true, pages }
}

/** The words of an office document by its pages, instead of those that were read without any. */
async function keepWords(
  platform: Platform,
  { subject, ask, path }: { subject: Subject; ask: Ask; path: string },
): Promise<void> {
  const making = await ask({ make: 'text', path, timeoutMs: CONVERT_MS })
  if (!making.ok) return
  const passages = making.facts['passages'] as store.Passage[]
  await inTransaction(platform.db, (tx) => store.replaceText(tx, subject, passages))
}

const numbersFrom = (first: number, last: number): number[] =>
  Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i)
