import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startEmbedded } from '../server/src/app/embedded.ts'
import { isAlive } from '../server/src/app/processes.ts'

const PREFIX = 'trove-test-postgres-'

/** A PostgreSQL for tests, gone without trace after `stop`: fast because it forgets everything in a power cut. */
export async function startThrowaway(): Promise<{ url: string; stop: () => Promise<void> }> {
  removeForgotten()
  const folder = mkdtempSync(join(tmpdir(), `${PREFIX}${process.pid}-`))
  chmodSync(folder, 0o711)
  const remove = () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  try {
    const server = await startEmbedded({ dataFolder: folder, isDurable: false, onWords: console.error })
    return { url: server.url, stop: () => server.stop('now').then(remove) }
  } catch (error) {
    remove()
    throw error
  }
}

/** Folders of runs that were killed; their servers have ended with them. */
function removeForgotten(): void {
  for (const name of readdirSync(tmpdir()).filter((entry) => entry.startsWith(PREFIX))) {
    const pid = Number(name.slice(PREFIX.length).split('-')[0])
    if (pid > 0 && !isAlive(pid)) rmSync(join(tmpdir(), name), { recursive: true, force: true })
  }
}
