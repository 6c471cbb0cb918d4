/// <reference lib="dom" />
import type { Page } from 'playwright-core'
import { beginJourney } from '../e2e/journey.ts'
import { image } from '../server/test/media/make.ts'
import { signUp, until, type Person } from '../server/test/server.ts'
import { pathOf } from '../server/test/tus.ts'
import type { Line } from './uploads.ts'

/** 12 megapixels. */
const SIZE = { widthPixels: 4000, heightPixels: 3000 }
const IDLE_SAMPLES = 30
const BUSY_SAMPLES = 20
const BATCH = 1_000
const AT_ONCE = 8
/** What somebody takes for at once (Nielsen's limit for a train of thought), and what they wait for without a doubt. */
const LIMIT_MS = { idle: 1_000, busy: 3_000 }
const WITHIN_MS = 60_000

/**
 * From the answer to the last byte of a photograph of 12 MP to its thumbnail drawn in an open library: alone, and while
 * another organization has sent a thousand. The upload, the worker, the live feed and Chromium share the machine.
 */
export async function benchAppearing(): Promise<Line[]> {
  const journey = await beginJourney('appearing')
  try {
    const ada = await signUp(journey.origin)
    const other = await signUp(journey.origin)
    const photograph = await image('jpeg', SIZE)
    const page = await openLibrary(await journey.newPage(), journey.origin, ada)
    await sample(page, ada, photograph, 3)
    const idle = await sample(page, ada, photograph, IDLE_SAMPLES)
    const batch = sendBatch(other, photograph)
    await until(async () => (await countOf(other)) > AT_ONCE * 2, WITHIN_MS)
    const busy = await sample(page, ada, photograph, BUSY_SAMPLES)
    batch.stop()
    await batch.ended
    return [
      ...linesOf('when nothing else happens', idle, LIMIT_MS.idle),
      ...linesOf(`while another organization sends ${BATCH.toLocaleString('en')}`, busy, LIMIT_MS.busy),
    ]
  } finally {
    await journey.end()
  }
}

async function openLibrary(page: Page, origin: string, { email, password }: Person): Promise<Page> {
  await page.goto(origin)
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.waitForURL(/\/library/)
  await page.evaluate(() => {
    const drawn: Record<string, number> = {}
    Object.assign(window, { drawn })
    document.addEventListener(
      'load',
      ({ target }) => {
        const id =
          target instanceof HTMLImageElement ? /files\/([^/]+)\/variants/.exec(target.currentSrc)?.[1] : undefined
        if (id !== undefined) drawn[id] ??= Date.now()
      },
      true,
    )
  })
  return page
}

/** Milliseconds from the answer to the last byte to the load of the picture, one photograph after the other. */
async function sample(page: Page, person: Person, photograph: Buffer, count: number): Promise<number[]> {
  const taken: number[] = []
  for (let i = 0; i < count; i++) {
    const { fileId, at } = await send(person, photograph)
    const drawn = await page.waitForFunction(
      (id) => (window as unknown as { drawn: Record<string, number> }).drawn[id],
      fileId,
      { timeout: WITHIN_MS, polling: 20 },
    )
    taken.push(Math.max(0, Number(await drawn.jsonValue()) - at))
  }
  return taken.toSorted((a, b) => a - b)
}

let sent = 0

async function send({ tus, organizationId }: Person, photograph: Buffer): Promise<{ fileId: string; at: number }> {
  // Bytes behind the end of a JPEG change nothing but its hash.
  const bytes = Buffer.concat([photograph, Buffer.from(`#${sent++}`)])
  const path = pathOf(await tus.create({ length: bytes.length, organizationId, filename: `p${sent}.jpg` }))
  const answer = await tus.patch(path, 0, bytes)
  const at = Date.now()
  let fileId = answer.headers['trove-file-id']
  await until(async () => {
    fileId ??= (await tus.head(path)).headers['trove-file-id']
    return fileId !== undefined
  }, WITHIN_MS)
  return { fileId: String(fileId), at }
}

function sendBatch(person: Person, photograph: Buffer): { stop(): void; ended: Promise<unknown> } {
  let left = BATCH
  const lane = async () => {
    while (left-- > 0) await send(person, photograph)
  }
  return { stop: () => void (left = 0), ended: Promise.all(Array.from({ length: AT_ONCE }, lane)) }
}

async function countOf({ send: ask, organizationId }: Person): Promise<number> {
  return Number((await ask('GET', `/api/organizations/${organizationId}/files/summary`)).json()['count'])
}

function linesOf(when: string, sorted: readonly number[], limit: number): Line[] {
  return [50, 95].map((percent) => {
    const value = sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? 0
    return {
      name: `from the last byte to the thumbnail on screen ${when}, p${percent} (at most 1)`,
      value,
      limit,
      ratio: value / limit,
      unit: 'ms',
    }
  })
}

if (import.meta.main)
  for (const { name, value } of await benchAppearing()) console.log(`${value.toFixed(0)} ms: ${name}`)
