import { parseArgs } from 'node:util'
import { moveObjects, whatIsLeft, type Left, type Moved, type Place } from '../domain/storage/index.ts'
import { connect, type Db } from '../platform/db/index.ts'
import { createPace } from '../platform/objects/pace.ts'
import { size } from './config-values.ts'
import { customerKey, storageUrl, type StorageConfig } from './storage-url.ts'
import { openDriver, placeOf } from './objects.ts'
import type { ConnectedConfig } from './part.ts'
import { createProgressBar, sizeText } from './progress-bar.ts'
import { overlap } from './storage-places.ts'
import { stopRequests } from './signals.ts'

const AT_ONCE = 4
const MOST_TOLD = 200
/** As a shell says it of a program that Ctrl-C has ended. */
const INTERRUPTED = 130

export const STORAGE_USAGE = `npm run trove storage migrate -- …
  --to <URL>        copy everything to another store while Trove runs (or STORAGE_NEW_URL, which no list of processes shows)
  (nothing)         after STORAGE_URL names the new store and STORAGE_OLD_URL the old one: bring over the rest
  --remove-source   with that: remove each object from the old store when its copy has been read back
  --check           say whether STORAGE_OLD_URL can go
  --rate 50MB       so many bytes a second at most
  --json            for programs

npm run trove storage recall   bring everything back from the cold tier`

export type MigrateWords = {
  to: StorageConfig | undefined
  isCheck: boolean
  removesSource: boolean
  bytesPerSecond: number | undefined
  isJson: boolean
}

/**
 * What was typed after `storage`; a sentence when it cannot be understood. Where other users of the machine could read
 * the secret of a store off the command line, STORAGE_NEW_URL says the same as `--to`.
 */
export function parseStorageWords(
  words: readonly string[],
  environment: Readonly<Record<string, string | undefined>> = process.env,
): MigrateWords | string {
  const [deed, ...rest] = words
  if (deed !== 'migrate')
    return deed === undefined ? 'Say what to do: migrate or recall.' : `There is no "${deed}" of storage.`
  const options = {
    to: { type: 'string' },
    check: { type: 'boolean', default: false },
    'remove-source': { type: 'boolean', default: false },
    rate: { type: 'string' },
    json: { type: 'boolean', default: false },
  } as const
  try {
    const { values } = parseArgs({ args: [...rest], options })
    const isAfterwards = values.check || values['remove-source']
    const key = customerKey(environment['STORAGE_SSE_C_KEY'] ?? '')
    const target = values.to ?? (isAfterwards ? undefined : environment['STORAGE_NEW_URL'] || undefined)
    const to = target === undefined ? undefined : storageUrl(target, 'value' in key ? key.value : undefined)
    if (to !== undefined && 'wrong' in to) return `--to ${to.wrong}`
    const rate = values.rate === undefined ? undefined : size(values.rate)
    if (rate !== undefined && 'wrong' in rate) return `--rate ${rate.wrong}`
    if (to !== undefined && (values.check || values['remove-source']))
      return '--check and --remove-source are for afterwards: set STORAGE_URL to the new store and STORAGE_OLD_URL to the old one.'
    return {
      to: to?.value,
      isCheck: values.check,
      removesSource: values['remove-source'],
      bytesPerSecond: rate?.value,
      isJson: values.json,
    }
  } catch (error) {
    return (error as Error).message
  }
}

/** @returns the exit code: 0 done, 1 something is left or wrong, 2 not understood, 130 cut short */
export async function migrateStorage(config: ConnectedConfig, words: MigrateWords): Promise<number> {
  const { to: target, isCheck } = words
  if (target !== undefined && config.oldStorage !== undefined) return misunderstood(TWO_MOVES)
  if (target === undefined && config.oldStorage === undefined) return misunderstood(NO_OLD)
  const [source = config.storage, goal = config.storage] =
    target === undefined ? [config.oldStorage] : [config.storage, target]
  const [from, to] = [placeOf(source), placeOf(goal)]
  const others = [source, ...(config.coldStorage === undefined ? [] : [config.coldStorage])]
  if (others.some((other) => overlap(goal, other)))
    return misunderstood('That is a place that is in use, or one is inside the other; they must lie side by side.')
  const db = connect(config.databaseUrl, { poolSize: 6, prepare: config.prepare, onIdleError: () => undefined })
  const places = {
    from: { name: from, store: await openDriver(source) },
    to: { name: to, store: await openDriver(goal) },
  }
  try {
    return await (isCheck ? check(config, db, places, words) : move(db, places, words))
  } finally {
    await places.from.store.close()
    await places.to.store.close()
    await db.destroy()
  }
}

const TWO_MOVES =
  'STORAGE_OLD_URL is set: bring that over first (npm run trove storage migrate), then begin the next move.'
const NO_OLD = `Say where to: --to file:///a/folder or --to s3://…\n\n${STORAGE_USAGE}`

function misunderstood(why: string): number {
  console.error(why)
  return 2
}

type Places = { from: Place; to: Place }

async function move(db: Db, { from, to }: Places, words: MigrateWords): Promise<number> {
  const { removesSource, bytesPerSecond, isJson } = words
  const bar = createProgressBar('Copying')
  const stopping = new AbortController()
  void stopRequests().first.then(() => stopping.abort(new Error('cut short')))
  try {
    const moved = await moveObjects(db, from, to, {
      atOnce: AT_ONCE,
      removesSource,
      pace: createPace(bytesPerSecond),
      signal: stopping.signal,
      onProgress: ({ doneBytes, totalBytes }) => bar.show({ done: doneBytes, total: totalBytes }),
    })
    bar.clear()
    console.log(isJson ? JSON.stringify(moved) : tellMoved(moved, { from: from.name, to: to.name }, words))
    if (stopping.signal.aborted) return INTERRUPTED
    return moved.isDone ? 0 : 1
  } finally {
    bar.clear()
  }
}

async function check(config: ConnectedConfig, db: Db, { from, to }: Places, words: MigrateWords): Promise<number> {
  const cold = config.coldStorage && (await openDriver(config.coldStorage))
  try {
    const left = await whatIsLeft(db, { hot: to.store, cold, old: from.store })
    const canGo = left.objects === 0 && left.uploads === 0
    console.log(words.isJson ? JSON.stringify({ ...left, canGo }) : tellLeft(left, from.name))
    return canGo ? 0 : 1
  } finally {
    await cold?.close()
  }
}

function tellMoved(moved: Moved, names: { from: string; to: string }, { to, removesSource }: MigrateWords): string {
  const { isDone, copied, copiedBytes, there, removed, orphans, faults } = moved
  const next =
    to === undefined
      ? 'Ask whether STORAGE_OLD_URL can go: npm run trove storage migrate -- --check'
      : 'Now set STORAGE_URL to the new store and STORAGE_OLD_URL to the old one, start Trove again, and say: npm run trove storage migrate'
  return [
    `${copied} objects were copied from ${names.from} to ${names.to} and read back (${sizeText(copiedBytes)}); ${there} had been before.`,
    ...(removesSource ? [`${removed} were removed from ${names.from}.`] : []),
    ...(orphans > 0 ? [`${orphans} belong to nothing and were left: the sweep removes them.`] : []),
    ...(faults.length > 0 ? [`${faults.length} could not be copied:`, ...faults.slice(0, MOST_TOLD).map(lineOf)] : []),
    ...(isDone || isOnlyDamaged(moved) ? [next] : ['Say it again to go on.']),
  ].join('\n')
}

/** What is damaged already is lost on both sides until somebody mends it: it need not hold up the move. */
const isOnlyDamaged = ({ faults }: Moved): boolean =>
  faults.length > 0 && faults.every(({ kind }) => kind === 'damaged')

const faultWords = {
  damaged: 'is damaged at the source: upload the file again, or restore it from a backup',
  differs: 'has other bytes at the target under the same key',
  failed: 'failed',
}

const lineOf = ({ kind, objectKey, why }: Moved['faults'][number]): string =>
  `  ${objectKey} ${faultWords[kind]}${why === undefined ? '' : `: ${why}`}`

function tellLeft({ objects, uploads, lost }: Left, from: string): string {
  return [
    ...(objects > 0 ? [`${objects} objects are only in ${from}: npm run trove storage migrate brings them over.`] : []),
    ...(uploads > 0 ? [`${uploads} uploads that were begun in ${from} have not ended; they go on there.`] : []),
    ...(lost > 0 ? [`${lost} objects are in neither, or damaged: npm run trove verify tells which.`] : []),
    objects + uploads === 0 ? 'STORAGE_OLD_URL can go.' : 'STORAGE_OLD_URL must stay for now.',
  ].join('\n')
}
