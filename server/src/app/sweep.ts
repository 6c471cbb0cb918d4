import { sweep } from '../domain/storage/index.ts'
import { countExpired, endExpired } from '../domain/uploads/index.ts'
import { connect } from '../platform/db/index.ts'
import { openStorage } from './objects.ts'
import type { ConnectedConfig } from './part.ts'

export type SweepCounts = {
  /** Uploads that nobody went on with in time. */
  uploadsEnded: number
  objectsKept: number
  objectsRemoved: number
  bytesRemoved: number
  blobsRemoved: number
  blobBytesRemoved: number
  stagingKept: number
  stagingRemoved: number
  /** Rows whose object is gone: told here, by key, and never removed. */
  rowsWithoutObject: number
  missingKeys: string[]
}

const MOST_KEYS = 100

/**
 * What `npm run sweep` does: ends uploads that have expired, then removes bytes that nothing refers to and that have not
 * been touched for `graceMs`. With `--dry-run` it counts the same and changes nothing. It may run while the API and the
 * worker do, as long as the grace is longer than a variant needs from its object to its row: uploads write their key
 * down first and need none.
 */
export async function runSweep(
  config: ConnectedConfig,
  options: { graceMs: number; isDryRun?: boolean },
): Promise<SweepCounts> {
  const db = connect(config.databaseUrl, { poolSize: 2, prepare: config.prepare, onIdleError: () => undefined })
  try {
    const { objects } = await openStorage(config, db)
    const isDryRun = options.isDryRun === true
    const uploadsEnded = isDryRun ? (await countExpired(db)).uploads : await endExpired({ db, objects })
    const { missing, ...counts } = await sweep({ db, objects }, options)
    return { uploadsEnded, ...counts, rowsWithoutObject: missing.length, missingKeys: missing.slice(0, MOST_KEYS) }
  } finally {
    await db.destroy()
  }
}
