/// <reference lib="dom" />
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** Where pictures of a journey go, when somebody wants to look at them. */
const FOLDER = process.env['LOOK_FOLDER']
const SCREENS = { wide: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } }

/** What those meet who cannot see the page as it is, or cannot use a mouse: a line each, none of a page without fault. */
export async function faultsOf(page: Page): Promise<string[]> {
  await page.evaluate(AXE)
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> }
    }
    return (await axe.run()).violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 200)}`)
  })
}

/** Pictures of the page as it is, wide and narrow, light and dark, for those who have named a folder. */
export async function lookAt(page: Page, name: string): Promise<void> {
  if (FOLDER === undefined) return
  for (const [screen, size] of Object.entries(SCREENS))
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.setViewportSize(size)
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      await page.waitForTimeout(400)
      await page.screenshot({ path: `${FOLDER}/${name}-${screen}-${colorScheme}.png` })
    }
  await page.setViewportSize(SCREENS.wide)
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
}
