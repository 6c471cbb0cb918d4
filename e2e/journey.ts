/// <reference lib="dom" />
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core'
import { findChromium } from '../scripts/chromium.mjs'
import { freePort, startPart, type Part } from '../server/test/server.ts'

const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

export const EMAIL = 'ada@example.org'
export const PASSWORD = 'correct horse battery'
/** Long enough for a machine that does other things too. */
export const PATIENT_MS = 60_000

export type Journey = {
  readonly origin: string
  readonly dataFolder: string
  /** The supervisor of this Trove. Killed and started again by the journey that says so. */
  trove(): Part
  restart(): Promise<void>
  /** A page in a browser that has never been here. */
  newPage(): Promise<Page>
  /** Puts media on the disk for the browser to pick. */
  write(files: Record<string, Buffer>): string[]
  end(): Promise<void>
}

/**
 * A Trove of its own with its own PostgreSQL, and a Chromium to visit it with.
 *
 * @param more  configuration that differs from the defaults
 */
export async function beginJourney(name: string, more: Record<string, string> = {}): Promise<Journey> {
  const folder = mkdtempSync(join(tmpdir(), `trove-journey-${name}-`))
  const dataFolder = join(folder, 'data')
  const port = String(await freePort())
  const environment = { TROVE_DATA: dataFolder, PORT: port, LOG_LEVEL: 'warn', ...more }
  let trove = await startPart('serve', environment)
  const browser = await launch()
  const contexts: BrowserContext[] = []
  return {
    origin: trove.origin,
    dataFolder,
    trove: () => trove,
    async restart() {
      trove = await startPart('serve', environment)
    },
    async newPage() {
      const context = await browser.newContext({
        viewport: { width: 1440, height: 900 },
        acceptDownloads: true,
        reducedMotion: 'reduce',
      })
      contexts.push(context)
      const page = await context.newPage()
      page.setDefaultTimeout(PATIENT_MS)
      return page
    },
    write(files) {
      mkdirSync(join(folder, 'media'), { recursive: true })
      return Object.entries(files).map(([file, bytes]) => {
        const path = join(folder, 'media', basename(file))
        writeFileSync(path, bytes)
        return path
      })
    },
    async end() {
      for (const context of contexts) await context.close()
      await browser.close()
      await trove.stop()
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

export async function launch(): Promise<Browser> {
  const found = findChromium()
  if (found === undefined) throw new Error('There is no Chromium: install it, or set CHROMIUM_PATH.')
  return chromium.launch({ executablePath: found === 'chromium' ? '/usr/bin/chromium' : found, args: ARGS })
}

/** The very first visit: an account and an organization, up to the empty library. */
export async function firstVisit(page: Page, origin: string): Promise<void> {
  await page.goto(origin)
  await page.getByLabel('Your name').fill('Ada')
  await page.getByLabel('E-mail').fill(EMAIL)
  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Create your account' }).click()
  await page.getByLabel('Name', { exact: true }).fill('Northlight')
  await page.getByRole('radio', { name: 'Studio' }).click()
  await page.getByRole('button', { name: 'Create organization' }).click()
  await page.waitForURL(/\/library/)
}

export async function signIn(page: Page, origin: string): Promise<void> {
  await page.goto(origin)
  await page.getByLabel('E-mail').fill(EMAIL)
  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.waitForURL(/\/library/)
}

/** Picks files as a person does: the key, the dialog, the files. */
export async function pick(page: Page, paths: string[]): Promise<void> {
  await page.locator('body').press('u')
  const chooser = page.locator('input[type=file]:not([webkitdirectory])')
  await chooser.setInputFiles(paths)
}

/** Everything that the page asks the API for, as the page itself would. */
export async function ask<T>(page: Page, path: string): Promise<T> {
  return page.evaluate(async (url) => {
    const { accessToken } = await (await fetch('/api/auth/refresh', { method: 'POST' })).json()
    return (await fetch(url, { headers: { authorization: `Bearer ${accessToken}` } })).json()
  }, path)
}

/** A line between browser and Trove that can be slow, and can be cut. */
export type Line = { readonly origin: string; cut(): void; mend(): void; close(): void }

/**
 * A real line of TCP: cutting it resets what is open and refuses what comes, as a lost network does.
 *
 * @param bytesPerSecond  how fast each connection takes what the browser sends
 */
export async function openLine(origin: string, bytesPerSecond: number): Promise<Line> {
  const { hostname, port } = new URL(origin)
  const open = new Set<Socket>()
  let isCut = false
  const server = createServer((near) => {
    if (isCut) return near.resetAndDestroy()
    const far = connect(Number(port), hostname)
    for (const socket of [near, far]) {
      open.add(socket)
      socket.on('error', () => socket.destroy())
      socket.on('close', () => {
        open.delete(socket)
        near.destroy()
        far.destroy()
      })
    }
    far.pipe(near)
    near.on('data', (bytes) => {
      near.pause()
      far.write(bytes)
      setTimeout(() => near.resume(), (bytes.length / bytesPerSecond) * 1_000)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut() {
      isCut = true
      for (const socket of open) socket.resetAndDestroy()
    },
    mend() {
      isCut = false
    },
    close() {
      for (const socket of open) socket.destroy()
      server.close()
    },
  }
}
