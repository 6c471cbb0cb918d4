import { parseArgs } from 'node:util'
import { findOrganization, verify, type Fault, type Verification } from '../domain/storage/index.ts'
import { connect } from '../platform/db/index.ts'
import { createHashing } from '../platform/hashing/index.ts'
import { createPace } from '../platform/objects/pace.ts'
import { size } from './config-values.ts'
import { openStorage } from './objects.ts'
import type { ConnectedConfig } from './part.ts'
import { createProgressBar, sizeText } from './progress-bar.ts'
import { stopRequests } from './signals.ts'

const READERS = 2
const MOST_TOLD = 200
/** As a shell says it of a program that Ctrl-C has ended. */
const INTERRUPTED = 130

export type VerifyWords = {
  organization: string | undefined
  samplePercent: number | undefined
  bytesPerSecond: number | undefined
  isJson: boolean
}

/** What was typed after `verify`; a sentence when it cannot be understood. */
export function parseVerifyWords(words: readonly string[]): VerifyWords | string {
  const options = {
    sample: { type: 'string' },
    organization: { type: 'string' },
    rate: { type: 'string' },
    json: { type: 'boolean', default: false },
  } as const
  try {
    const { values } = parseArgs({ args: [...words], options })
    const percent = values.sample === undefined ? undefined : Number(values.sample.replace(/%$/, ''))
    if (percent !== undefined && !(percent > 0 && percent < 100))
      return '--sample takes a share between 0 and 100, such as --sample 5%'
    const rate = values.rate === undefined ? undefined : size(values.rate)
    if (rate !== undefined && 'wrong' in rate) return `--rate ${rate.wrong}`
    return {
      organization: values.organization,
      samplePercent: percent,
      bytesPerSecond: rate?.value,
      isJson: values.json,
    }
  } catch (error) {
    return (error as Error).message
  }
}

/**
 * What `npm run trove verify` does: reads what is stored and compares it with what was uploaded. It deletes nothing.
 *
 * @returns the exit code: 0 all is well, 1 something is wrong or could not be read, 2 not understood, 130 cut short
 */
export async function verifyStorage(config: ConnectedConfig, words: VerifyWords): Promise<number> {
  const db = connect(config.databaseUrl, { poolSize: 4, prepare: config.prepare, onIdleError: () => undefined })
  const hashing = createHashing(READERS)
  const { objects } = await openStorage(config, db)
  const bar = createProgressBar('Reading')
  const stopping = new AbortController()
  void stopRequests().first.then(() => stopping.abort(new Error('cut short')))
  try {
    const organizationId = words.organization === undefined ? undefined : await findOrganization(db, words.organization)
    if (words.organization !== undefined && organizationId === undefined) {
      console.error(`There is no organization ${words.organization}.`)
      return 2
    }
    let isFirst = true
    const scope = { organizationId, samplePercent: words.samplePercent }
    const found = await verify({ db, objects }, scope, {
      kind: 'command',
      readers: READERS,
      hashing,
      pace: createPace(words.bytesPerSecond),
      signal: stopping.signal,
      onProgress({ isResumed, readBlobs, readBytes, totalBytes }) {
        if (isFirst && isResumed && !words.isJson) console.error(`Going on after ${readBlobs} that were read before.`)
        isFirst = false
        bar.show({ done: readBytes, total: totalBytes })
      },
    })
    bar.clear()
    console.log(words.isJson ? JSON.stringify(found) : tellVerification(found))
    if (!found.isDone) return INTERRUPTED
    return found.faults.length === 0 ? 0 : 1
  } finally {
    bar.clear()
    await hashing.close()
    await objects.close()
    await db.destroy()
  }
}

/** The same in words, a line for each fault. */
export function tellVerification(found: Verification): string {
  const { blobs, bytes, faults, healed, orphans, isDone } = found
  return [
    `${blobs} blobs were read, ${sizeText(bytes)}${isDone ? '' : ', and the rest was not: say it again to go on'}.`,
    ...(healed > 0 ? [`${healed} that were damaged are whole again.`] : []),
    ...(faults.length === 0 ? [isDone ? 'Each is what it was.' : 'Those are what they were.'] : tellFaults(faults)),
    ...(orphans === undefined || orphans === 0
      ? []
      : ['Orphans are left alone here: the sweep removes them when their time of grace is over.']),
  ].join('\n')
}

function tellFaults(faults: readonly Fault[]): string[] {
  const more = faults.length > MOST_TOLD ? [`  and ${faults.length - MOST_TOLD} more: --json tells all`] : []
  return [`${faults.length} faults, and nothing was deleted:`, ...faults.slice(0, MOST_TOLD).map(lineOf), ...more]
}

function lineOf({ kind, of, objectKey, blobId, organizationId }: Fault): string {
  const what = of === 'nothing' ? '' : ` ${of}`
  const whose = organizationId === undefined ? '' : `, blob ${blobId} of organization ${organizationId}`
  return `  ${kind}${what}: ${objectKey}${whose}`
}
