import { thawAll } from '../domain/storage/index.ts'
import { connect } from '../platform/db/index.ts'
import { openStorage } from './objects.ts'
import type { ConnectedConfig } from './part.ts'
import { createProgressBar, sizeText } from './progress-bar.ts'
import { stopRequests } from './signals.ts'

/** As a shell says it of a program that Ctrl-C has ended. */
const INTERRUPTED = 130

/**
 * What `npm run trove storage recall` does: brings every original back from the cold tier, so that it can go.
 *
 * @returns the exit code: 0 all are back, 1 some could not be brought, 2 there is no cold tier, 130 cut short
 */
export async function recallEverything(config: ConnectedConfig): Promise<number> {
  if (config.coldStorage === undefined) {
    console.error('There is no cold tier: STORAGE_COLD_URL is not set.')
    return 2
  }
  const db = connect(config.databaseUrl, { poolSize: 4, prepare: config.prepare, onIdleError: () => undefined })
  const { objects, layers } = await openStorage(config, db)
  const bar = createProgressBar('Bringing back')
  const stopping = new AbortController()
  void stopRequests().first.then(() => stopping.abort(new Error('cut short')))
  try {
    const { blobs, bytes, left } = await thawAll({ db, layers }, stopping.signal, (done, total) =>
      bar.show({ done, total }),
    )
    bar.clear()
    console.log(`${blobs} originals came back, ${sizeText(bytes)}; ${left} are in the cold tier still.`)
    if (stopping.signal.aborted) return INTERRUPTED
    if (left === 0) console.log('Take STORAGE_COLD_URL away to keep them here.')
    return left === 0 ? 0 : 1
  } finally {
    bar.clear()
    await objects.close()
    await db.destroy()
  }
}
