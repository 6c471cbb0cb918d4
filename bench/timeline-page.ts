/// <reference lib="dom" />
import { chromium, type Page } from 'playwright-core'
import { findChromium } from '../scripts/chromium.mjs'
import { quantile, type Person } from '../server/test/server.ts'
import type { Line } from './uploads.ts'

const ARGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking']
const ROUNDS = 20
const OPENS_WITHIN_MS = 300
const FRAMES_PER_SECOND = 60
const FRAME_MS = 1000 / FRAMES_PER_SECOND
const WITHIN_MS = 120_000

/** Opening the timeline, turning the wheel and dragging through the years, in a browser. */
export async function benchPage(origin: string, person: Person, who: string): Promise<Line[]> {
  const found = findChromium()
  const executablePath = found === 'chromium' ? '/usr/bin/chromium' : found
  const browser = await chromium.launch({ ...(executablePath !== undefined && { executablePath }), args: ARGS })
  try {
    const page = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage()
    await page.goto(origin)
    await page.getByLabel('E-mail').fill(person.email)
    await page.getByLabel('Password').fill(person.password)
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await page.waitForURL(({ pathname }) => pathname.includes('library'))
    const opened: number[] = []
    for (let round = 0; round < ROUNDS; round++) opened.push(await open(page))
    const p95 = quantile(opened, 0.95)
    const whole = {
      name: `from the press on Timeline to the first screen of thumbnails for ${who}, p95 (p50 ${quantile(opened, 0.5).toFixed(0)} ms)`,
      value: p95,
      limit: OPENS_WITHIN_MS,
      ratio: p95 / OPENS_WITHIN_MS,
      unit: 'ms',
    }
    await page.waitForFunction(() => /\d,\d{3} files/.test(document.body.innerText), undefined, {
      timeout: WITHIN_MS,
    })
    const lines: Line[] = [whole]
    for (const [how, move] of Object.entries(MOVES)) {
      const { fps, dropped, slowestMs, workMs } = await move(page)
      lines.push({
        name: `${how}, ${who}: frames, ${dropped} later than two, the slowest ${slowestMs.toFixed(0)} ms`,
        value: fps,
        limit: FRAMES_PER_SECOND,
        ratio: fps / FRAMES_PER_SECOND,
        unit: 'a second',
      })
      lines.push({
        name: `${how}, ${who}: work of the main thread for each frame, by its own clock, whatever else the machine does`,
        value: workMs,
        limit: FRAME_MS,
        ratio: workMs / FRAME_MS,
        unit: 'ms',
      })
    }
    const heap = await page.evaluate(
      () => (performance as unknown as { memory: { usedJSHeapSize: number } }).memory.usedJSHeapSize,
    )
    const cells = await page.locator('[role=gridcell]').count()
    lines.push({
      name: `JS heap afterwards, ${cells} cells in the page`,
      value: heap / 2 ** 20,
      limit: 200,
      ratio: heap / 2 ** 20 / 200,
      unit: 'MiB',
    })
    return lines
  } finally {
    await browser.close()
  }
}

/** From another place, by a press on the rail, until every picture in sight is drawn. */
async function open(page: Page): Promise<number> {
  await page.getByRole('link', { name: 'Uploads' }).click()
  await page.waitForURL(/uploads/)
  await page.waitForTimeout(300)
  return page.evaluate(async () => {
    const link = [...document.querySelectorAll('nav a')].find(
      (one) => one.textContent?.trim() === 'Timeline',
    ) as HTMLElement
    const startedAt = performance.now()
    link.click()
    for (;;) {
      await new Promise(requestAnimationFrame)
      const seen = [...document.querySelectorAll<HTMLImageElement>('[role=gridcell] img')].filter((image) => {
        const { top, bottom } = image.getBoundingClientRect()
        return bottom > 0 && top < innerHeight
      })
      if (seen.length >= 12 && seen.every((image) => image.complete && image.naturalWidth > 0))
        return performance.now() - startedAt
      if (performance.now() - startedAt > 60_000) throw new Error('nothing was drawn')
    }
  })
}

type Frames = { fps: number; dropped: number; slowestMs: number; workMs: number }

/** Frames are counted by the page itself while the mouse, which is real, does what a hand does. */
async function counted(page: Page, move: () => Promise<void>): Promise<Frames> {
  await page.evaluate(() => {
    const frames: number[] = []
    const state = { frames, isOn: true }
    ;(window as unknown as { counting: typeof state }).counting = state
    const step = (now: number) => {
      frames.push(now)
      if (state.isOn) requestAnimationFrame(step)
    }
    requestAnimationFrame(step)
  })
  const client = await page.context().newCDPSession(page)
  await client.send('Performance.enable', { timeDomain: 'threadTicks' })
  const worked = async () =>
    (await client.send('Performance.getMetrics')).metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0
  const before = await worked()
  await move()
  const workedMs = ((await worked()) - before) * 1000
  await client.detach()
  const frames = await page.evaluate(() => {
    const { counting } = window as unknown as { counting: { frames: number[]; isOn: boolean } }
    counting.isOn = false
    return counting.frames
  })
  const gaps = frames.slice(1).map((at, i) => at - (frames[i] ?? at))
  const seconds = ((frames.at(-1) ?? 0) - (frames[0] ?? 0)) / 1000
  return {
    fps: gaps.length / seconds,
    dropped: gaps.filter((gap) => gap > 34).length,
    slowestMs: Math.max(...gaps),
    workMs: workedMs / gaps.length,
  }
}

const MOVES: Record<string, (page: Page) => Promise<Frames>> = {
  'turning the wheel for 5 s in the month of 20,000': (page) => wheel(page, 300),
  'turning it fast': (page) => wheel(page, 1500),
  'dragging through twenty years for 5 s': async (page) => {
    const bar = await page.getByRole('scrollbar', { name: 'Jump to a date' }).boundingBox()
    if (bar === null) throw new Error('there is no scrubber')
    const x = bar.x + bar.width / 2
    await page.mouse.move(x, bar.y + 10)
    await page.mouse.down()
    const frames = await counted(page, async () => {
      for (let i = 0; i < 250; i++) {
        await page.mouse.move(x, bar.y + 10 + (bar.height - 20) * (0.5 - 0.5 * Math.cos((i / 250) * 2 * Math.PI)))
        await page.waitForTimeout(16)
      }
    })
    await page.mouse.up()
    return frames
  },
}

async function wheel(page: Page, step: number): Promise<Frames> {
  await page.mouse.move(700, 500)
  return counted(page, async () => {
    for (const startedAt = Date.now(); Date.now() - startedAt < 5_000;) {
      await page.mouse.wheel(0, step)
      await page.waitForTimeout(16)
    }
  })
}
