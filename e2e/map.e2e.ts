/// <reference lib="dom" />
import assert from 'node:assert/strict'
import { mkdirSync, readFileSync } from 'node:fs'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import sharp from 'sharp'
import { image } from '../server/test/media/make.ts'
import { beginJourney, firstVisit, pick, type Journey } from './journey.ts'

/** Where pictures of it go, when somebody wants to look at them. */
const PICTURES = process.env['MAP_PICTURES']
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

type Asked = { path: string; headers: IncomingHttpHeaders }

/** A source of tiles on this machine, each with its own name on it, that remembers what it was asked for. */
async function startTiles(): Promise<{ origin: string; asked: Asked[]; server: Server }> {
  const asked: Asked[] = []
  const server = createServer((request, response) => {
    asked.push({ path: request.url ?? '', headers: request.headers })
    const label = (request.url ?? '').replace(/^\/|\.png$/g, '')
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="256" height="256"><rect width="256" height="256" fill="#dfe7d8"
      stroke="#8aa17f"/><text x="128" y="134" text-anchor="middle" font-size="20" fill="#4d5d45">${label}</text></svg>`
    void sharp(Buffer.from(svg))
      .png()
      .toBuffer()
      .then((png) =>
        response.writeHead(200, { 'content-type': 'image/png', 'access-control-allow-origin': '*' }).end(png),
      )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked, server }
}

describe('a map with tiles from somebody else', () => {
  let tiles: Awaited<ReturnType<typeof startTiles>>
  let journey: Journey
  let page: Page
  /** Every address beside Trove's own that the browser began to ask, whether or not it got there. */
  const foreign: string[] = []
  before(async () => {
    tiles = await startTiles()
    journey = await beginJourney('map', {
      MAP_TILES: `${tiles.origin}/{z}/{x}/{y}.png`,
      MAP_ATTRIBUTION: '© Cartographers',
    })
    page = await journey.newPage()
    page.on('request', (request) => {
      if (/^https?:/.test(request.url()) && !request.url().startsWith(journey.origin)) foreign.push(request.url())
    })
    await firstVisit(page, journey.origin)
    const taken = await image('jpeg', {
      widthPixels: 400,
      heightPixels: 300,
      facts: { latitude: 48.2, longitude: 16.4 },
    })
    await pick(page, journey.write({ 'roof.jpg': taken }))
    await page
      .getByRole('gridcell', { name: /roof\.jpg/ })
      .locator('img')
      .waitFor()
    // Of every site on this machine: it would go along with a picture that is asked for in the usual way.
    await page.context().addCookies([{ name: 'told', value: 'everybody', url: tiles.origin }])
  })
  after(async () => {
    await journey?.end()
    tiles?.server.closeAllConnections()
    tiles?.server.close()
  })

  const openMap = async () => {
    await page.goto(`${journey.origin}/timeline?show=map`)
    await page.getByRole('application', { name: /^Map of where/ }).waitFor()
    await page.getByRole('button', { name: '1 file taken here' }).waitFor()
  }
  const question = () =>
    page.getByText(/^Show a detailed map from 127\.0\.0\.1:\d+\? It will see which area you look at\.$/)
  /** Tiles of a level that are drawn. */
  const drawn = (level: number | string) =>
    page.waitForFunction(
      (prefix) =>
        [...document.querySelectorAll<HTMLImageElement>('[role=application] img')].some(
          (img) => img.src.includes(prefix) && img.complete && img.naturalWidth === 256,
        ),
      `${tiles.origin}/${level}`,
    )
  const moveAbout = async () => {
    const map = page.getByRole('application')
    for (const key of ['+', 'ArrowLeft', 'ArrowUp', '-', 'ArrowRight']) await map.press(key)
    // Longer than the map waits before it asks for tiles.
    await page.waitForTimeout(800)
  }
  async function look(name: string) {
    await page.evaluate(AXE)
    const found = await page.evaluate(async () => {
      const { axe } = globalThis as unknown as {
        axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> }
      }
      return (await axe.run()).violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)
    })
    assert.deepEqual(found, [], name)
    if (PICTURES === undefined) return
    mkdirSync(PICTURES, { recursive: true })
    for (const [width, height] of [
      [1440, 900],
      [390, 844],
    ] as const)
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.setViewportSize({ width, height })
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
        await page.waitForTimeout(600)
        await page.screenshot({ path: join(PICTURES, `${name}-${width}-${colorScheme}.png`) })
      }
    await page.setViewportSize({ width: 1440, height: 900 })
    await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
  }

  test('shows the outline and asks, and nothing leaves before there is an answer', async () => {
    await openMap()
    await question().waitFor()
    await moveAbout()
    await look('question')
    assert.deepEqual([foreign, tiles.asked], [[], []])
  })

  test('asks for nothing after a no, which is remembered and can be changed', async () => {
    await page.getByRole('button', { name: 'Keep the outline' }).click()
    await moveAbout()
    await openMap()
    await moveAbout()
    assert.equal(await question().count(), 0)
    assert.deepEqual([foreign, tiles.asked], [[], []])
    await page.getByRole('button', { name: 'Detailed map' }).click()
    await question().waitFor()
    assert.deepEqual([foreign, tiles.asked], [[], []])
  })

  test('draws the tiles below the marks after a yes, and tells their source nothing but what is looked at', async () => {
    await page.getByRole('button', { name: 'Show it' }).click()
    await drawn('2/2/1.png')
    await page.getByText('© Cartographers').waitFor()
    const mark = page.getByRole('button', { name: '1 file taken here' })
    const isOnTop = await mark.evaluate((element) => {
      const { left, top, width, height } = element.getBoundingClientRect()
      return element.contains(document.elementFromPoint(left + width / 2, top + height / 2))
    })
    assert.ok(isOnTop)
    assert.ok(tiles.asked.length > 0 && tiles.asked.length < 60, `${tiles.asked.length} tiles were asked for`)
    for (const { path, headers } of tiles.asked) {
      assert.match(path, /^\/\d+\/\d+\/\d+\.png$/)
      assert.deepEqual([headers.cookie, headers.referer, headers.authorization], [undefined, undefined, undefined])
    }
    await look('tiles')
  })

  test('goes with the map as it moves and grows, from no other host', async () => {
    const map = page.getByRole('application')
    for (let i = 0; i < 8; i += 1) await map.press('+')
    await drawn(7)
    const before = tiles.asked.length
    for (let i = 0; i < 6; i += 1) await map.press('ArrowRight')
    for (let i = 0; i < 50 && tiles.asked.length === before; i += 1) await page.waitForTimeout(100)
    assert.ok(tiles.asked.length > before)
    assert.ok(foreign.every((url) => url.startsWith(`${tiles.origin}/`)))
    await look('near')
  })

  test('remembers the yes, and takes it back at once', async () => {
    await openMap()
    await drawn('2/')
    await page.getByRole('button', { name: /^Stop asking 127\.0\.0\.1/ }).click()
    await page.getByRole('button', { name: 'Detailed map' }).waitFor()
    const before = [tiles.asked.length, foreign.length]
    await moveAbout()
    await openMap()
    await moveAbout()
    assert.deepEqual([tiles.asked.length, foreign.length], before)
  })

  test('says when its source does not answer, and keeps the outline', async () => {
    tiles.server.closeAllConnections()
    await new Promise((resolve) => tiles.server.close(resolve))
    await page.getByRole('button', { name: 'Detailed map' }).click()
    await page.getByRole('button', { name: 'Show it' }).click()
    const map = page.getByRole('application')
    for (let i = 0; i < 4; i += 1) await map.press('+')
    for (let i = 0; i < 4; i += 1) await map.press('-')
    await page.getByText(/does not answer; this is the outline\.$/).waitFor()
    await page.getByRole('button', { name: /^1 file taken here/ }).waitFor()
  })
})
