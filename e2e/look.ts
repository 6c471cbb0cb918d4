/// <reference lib="dom" />
// Pictures of every place of a running installation, to be looked at before a change of the page lands:
//   node e2e/look.ts http://127.0.0.1:8080 out [places…]
// LOOK_EMAIL and LOOK_PASSWORD sign in; LOOK_AXE=1 also reports what axe finds. Each place at 1440 and 390 px, light and dark.
import { mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { chromium, type BrowserContext, type Page } from 'playwright-core'
import { findChromium } from '../scripts/chromium.mjs'

const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]
const SCREENS = { wide: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } } as const
const CHROMIUM = [findChromium()].map((found) => (found === 'chromium' ? '/usr/bin/chromium' : found))[0]
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

type Look = {
  name: string
  path: string
  before?: (page: Page) => Promise<void>
  isOutside?: boolean
  only?: keyof typeof SCREENS
}

/** The first of them is asked what it would do, and its earlier runs are open. */
async function dryRunOne(page: Page) {
  await page
    .getByRole('button', { name: /^Dry run:/ })
    .first()
    .click()
  await page
    .getByRole('button', { name: /^Earlier runs/ })
    .first()
    .click()
  await page
    .getByText(/^Dry run \d/)
    .first()
    .waitFor()
}

const firstCell = '[role=gridcell][data-index="1"]'
const firstFolder = '[data-folder]'
const LOOKS: readonly Look[] = [
  { name: 'sign-in', path: 'sign-in', isOutside: true },
  { name: 'space', path: 'settings/space' },
  {
    name: 'space-shares',
    path: 'settings/space',
    before: (page) => page.getByRole('radio', { name: 'Folders' }).click(),
  },
  { name: 'space-installation', path: 'administration/space' },
  { name: 'integrity', path: 'administration/integrity' },
  { name: 'processing', path: 'administration/processing' },
  { name: 'upkeep', path: 'administration/upkeep', before: dryRunOne },
  { name: 'register', path: 'register', isOutside: true },
  { name: 'library', path: 'library' },
  { name: 'library-square', path: 'library?view=square' },
  { name: 'library-list', path: 'library?view=list' },
  { name: 'library-videos', path: 'library?kind=video' },
  { name: 'library-nothing', path: 'library?q=no-such-name' },
  { name: 'library-middle', path: 'library', before: scrollToMiddle },
  { name: 'library-selected', path: 'library', before: chooseSome },
  { name: 'library-details', path: 'library?details=true', before: (page) => page.locator(firstCell).focus() },
  { name: 'library-hover', path: 'library', before: (page) => page.hover(firstCell), only: 'wide' },
  { name: 'viewer', path: 'library', before: openFirst },
  { name: 'shortcuts', path: 'library', before: (page) => page.keyboard.press('?') },
  { name: 'me', path: 'library', before: (page) => page.getByRole('button', { name: /Your account/ }).click() },
  { name: 'timeline', path: 'timeline' },
  { name: 'timeline-month', path: 'timeline?by=month' },
  { name: 'timeline-year', path: 'timeline?by=year' },
  { name: 'timeline-map', path: 'timeline?show=map' },
  { name: 'timeline-date', path: 'timeline', before: (page) => page.keyboard.press('g') },
  { name: 'folders', path: 'folders' },
  { name: 'folders-list', path: 'folders?view=list' },
  { name: 'folder', path: 'folders', before: openFolder },
  { name: 'folder-details', path: 'folders?details=true', before: (page) => page.locator(firstFolder).first().focus() },
  {
    name: 'folder-menu',
    path: 'folders',
    before: (page) => page.locator(firstFolder).first().click({ button: 'right' }),
  },
  { name: 'folder-new', path: 'folders', before: (page) => page.keyboard.press('n') },
  { name: 'folder-share', path: 'folders', before: (page) => page.locator(firstFolder).first().press('s') },
  { name: 'file-share', path: 'library', before: (page) => page.locator(firstCell).press('s') },
  { name: 'file-move', path: 'library', before: (page) => page.locator(firstCell).press('m') },
  { name: 'file-menu', path: 'library', before: (page) => page.locator(firstCell).click({ button: 'right' }) },
  { name: 'search-empty', path: 'search' },
  { name: 'search', path: 'search?q=lake' },
  { name: 'search-nothing', path: 'search?q=zzyzx&colour=blue' },
  { name: 'search-filter', path: 'search', before: (page) => page.getByRole('button', { name: 'Colour' }).click() },
  { name: 'duplicates', path: 'duplicates' },
  { name: 'uploads', path: 'uploads' },
  { name: 'uploads-all', path: 'uploads?whose=all' },
  { name: 'links', path: 'links' },
  { name: 'trash', path: 'trash' },
  { name: 'forgot', path: 'forgot', isOutside: true },
  { name: 'reset', path: `reset#${'a'.repeat(43)}`, isOutside: true },
  { name: 'verify', path: `verify#${'a'.repeat(43)}`, isOutside: true },
  { name: 'activity', path: 'activity' },
  { name: 'security-events', path: 'administration/security' },
  { name: 'settings', path: 'settings' },
  { name: 'settings-plan', path: 'settings?tab=plan' },
  { name: 'settings-quarantine', path: 'settings?tab=quarantine' },
  { name: 'settings-leave', path: 'settings?tab=danger' },
  { name: 'people', path: 'people' },
  { name: 'people-teams', path: 'people?tab=teams' },
  { name: 'people-invitations', path: 'people?tab=invitations' },
  { name: 'account', path: 'settings/account' },
  { name: 'accounts', path: 'administration/accounts' },
  { name: 'outbox', path: 'administration/outbox' },
  { name: 'security', path: 'settings/security' },
  { name: 'device', path: 'device' },
  { name: 'administration', path: 'administration' },
  { name: 'new-organization', path: 'organizations/new' },
]

const [base = 'http://127.0.0.1:8080/', out = 'look', ...wanted] = process.argv.slice(2)
mkdirSync(out, { recursive: true })
const browser = await chromium.launch({ ...(CHROMIUM === undefined ? {} : { executablePath: CHROMIUM }), args: ARGS })
let faults = 0
await Promise.all((Object.keys(SCREENS) as (keyof typeof SCREENS)[]).map(lookOn))
await browser.close()
process.exitCode = faults === 0 ? 0 : 1

/** Both screens at once: most of the time goes by waiting until nothing moves any more. */
async function lookOn(screen: keyof typeof SCREENS): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    const context = await browser.newContext({
      viewport: SCREENS[screen],
      colorScheme,
      hasTouch: screen === 'phone',
      isMobile: screen === 'phone',
      deviceScaleFactor: 1,
    })
    for (const look of LOOKS.filter((one) => one.isOutside === true)) await take(context, look, screen, colorScheme)
    await signIn(context)
    for (const look of LOOKS.filter((one) => one.isOutside !== true)) await take(context, look, screen, colorScheme)
    await context.close()
  }
}

async function take(
  context: BrowserContext,
  look: Look,
  screen: keyof typeof SCREENS,
  colorScheme: 'light' | 'dark',
): Promise<void> {
  if (look.only !== undefined && look.only !== screen) return
  if (wanted.length > 0 && !wanted.includes(look.name)) return
  const page = await context.newPage()
  const name = `${look.name}.${screen}.${colorScheme}`
  page.on('pageerror', (error) => report(name, error.message))
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().includes('401')) report(name, message.text())
  })
  try {
    await page.goto(new URL(look.path, base).href)
    await settled(page)
    await look.before?.(page)
    await page.waitForTimeout(700)
    await page.screenshot({ path: join(out, `${name}.png`) })
    if (process.env['LOOK_AXE'] === '1') await axe(page, name)
  } catch (error) {
    report(name, (error as Error).message.split('\n')[0] ?? '')
  }
  await page.close()
}

async function signIn(context: BrowserContext): Promise<void> {
  const { LOOK_EMAIL: email, LOOK_PASSWORD: password } = process.env
  if (email === undefined || password === undefined) return
  const page = await context.newPage()
  await page.goto(new URL('sign-in', base).href)
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.waitForURL(/library|organizations/)
  await page.close()
}

async function settled(page: Page): Promise<void> {
  await page.waitForLoadState('networkidle').catch(() => undefined)
  await page.waitForFunction(() => document.querySelector('[aria-busy=true]') === null)
  await page.waitForTimeout(400)
}

async function scrollToMiddle(page: Page): Promise<void> {
  await page.evaluate(() => {
    const scroller = document.querySelector('[role=grid]')?.parentElement
    if (scroller instanceof HTMLElement) scroller.scrollTop = scroller.scrollHeight / 2
  })
  await settled(page)
}

async function chooseSome(page: Page): Promise<void> {
  await page.locator(firstCell).focus()
  for (const key of ['x', 'ArrowRight', 'x', 'ArrowRight', 'ArrowRight', 'x']) await page.keyboard.press(key)
}

async function openFirst(page: Page): Promise<void> {
  await page.locator(firstCell).focus()
  await page.keyboard.press('Enter')
  await settled(page)
}

async function openFolder(page: Page): Promise<void> {
  await page.locator(firstFolder).first().press('Enter')
  await settled(page)
}

async function axe(page: Page, name: string): Promise<void> {
  await page.evaluate(AXE)
  const violations = await page.evaluate(async () => {
    const { violations } = await (
      globalThis as unknown as {
        axe: { run(): Promise<{ violations: { id: string; nodes: { html: string; failureSummary?: string }[] }[] }> }
      }
    ).axe.run()
    return violations.map(
      ({ id, nodes }) =>
        `${id}: ${nodes.length} × ${nodes[0]?.html.slice(0, 220)} ${nodes[0]?.failureSummary?.slice(0, 220)}`,
    )
  })
  for (const violation of violations) report(name, violation)
}

function report(name: string, fault: string): void {
  faults += 1
  console.error(`${name}: ${fault}`)
}
