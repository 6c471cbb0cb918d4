import { recount, recountAndCorrect, type Difference } from '../domain/storage/index.ts'
import { connect } from '../platform/db/index.ts'
import type { Log } from '../platform/platform.ts'
import type { ConnectedConfig } from './part.ts'

const SILENT: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

/**
 * What `npm run trove recount` does: counts anew what every organization holds and says where its quota differs; with
 * `--fix` it puts that right. It may run while everybody works.
 *
 * @returns the exit code: 0 when every quota is right now, 1 when one is not, 2 when a word was not understood
 */
export async function runRecount(
  config: ConnectedConfig,
  words: readonly string[],
  say: (line: string) => void,
): Promise<number> {
  const unknown = words.find((word) => word !== '--fix')
  if (unknown !== undefined) {
    say(`recount does not know "${unknown}". It knows --fix.`)
    return 2
  }
  const isFixing = words.includes('--fix')
  const db = connect(config.databaseUrl, { poolSize: 2, prepare: config.prepare, onIdleError: () => undefined })
  try {
    const found = isFixing ? await recountAndCorrect({ db, log: SILENT }) : await recount({ db })
    for (const difference of found.differences) say(lineOf(difference))
    const wrong = found.differences.length
    if (wrong === 0) say(`The quota of each of ${found.organizations} organizations is right.`)
    else if (isFixing) say(`${wrong} of ${found.organizations} were wrong and have been put right.`)
    else say(`${wrong} of ${found.organizations} are wrong. Nothing was changed: recount --fix puts them right.`)
    return wrong > 0 && !isFixing ? 1 : 0
  } finally {
    await db.destroy()
  }
}

function lineOf({ organizationId, usedBytes, reservedBytes, fileCount, wrongMarks }: Difference): string {
  const by = (count: number, of: string) => (count === 0 ? [] : [`${count > 0 ? '+' : ''}${count} ${of}`])
  const said = [
    ...by(usedBytes, 'bytes used'),
    ...by(reservedBytes, 'bytes reserved'),
    ...by(fileCount, 'files'),
    ...by(wrongMarks, 'blobs wrongly marked'),
  ]
  return `${organizationId}: ${said.join(', ')}`
}
