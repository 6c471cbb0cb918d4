import { createDatabase } from '../server/test/platform.ts'
import { seedFiles } from '../server/test/seed.ts'
import { makeHome, quantile, signUp, startPart } from '../server/test/server.ts'
import type { Measured } from './measured.ts'

const COUNTS = [1_000, 100_000, 1_000_000] as const
const ASKED = 300
const WARM_UP = 50

/**
 * The first page of 50 files among a thousand, a hundred thousand and a million, over HTTP. The limit is the page
 * among a thousand: a ratio of 1.3 or less says that the cost of a page does not grow with the table.
 */
export async function benchListing(): Promise<Measured[]> {
  const database = await createDatabase()
  const home = await makeHome('bench-listing', database.url)
  const api = await startPart('api', { ...home.environment, LOG_LEVEL: 'warn' })
  try {
    const lines: Measured[] = []
    for (const count of COUNTS) {
      const person = await signUp(api.origin)
      await seedFiles({ databaseUrl: database.url, organizationId: person.organizationId, userId: person.userId, count })
      const value = await medianMs(() => person.send('GET', `/api/organizations/${person.organizationId}/files?limit=50`))
      const limit = lines[0]?.value ?? value
      lines.push({ name: `first page of 50 among ${count.toLocaleString('en')}`, value, limit, ratio: value / limit, unit: 'ms (p50)' })
    }
    return lines
  } finally {
    await api.stop()
    await home.remove()
    await database.drop()
  }
}

async function medianMs(ask: () => Promise<{ status: number }>): Promise<number> {
  const times: number[] = []
  for (let i = 0; i < WARM_UP + ASKED; i += 1) {
    const startedAt = performance.now()
    const { status } = await ask()
    if (status !== 200) throw new Error(`a page was answered with ${status}`)
    if (i >= WARM_UP) times.push(performance.now() - startedAt)
  }
  return quantile(times, 0.5)
}
