import { parseArgs } from 'node:util'
import { MAX_CHUNK_BYTES } from '@trove/contract/uploads'
import { giveUpMsOf, mannerOf, moving, parallelOf, sizeOf, type Context } from '../context.ts'
import { Failure } from '../failure.ts'
import { chooseServer, stateFolder } from '../server/keys.ts'
import { openServer } from '../server/server.ts'
import { formatBytes, formatCount, quoted } from '../terminal/text.ts'
import { openReport, type Report } from '../terminal/report.ts'
import { upload, type Outcome } from '../upload/run.ts'

const DEFAULT_CHUNK_BYTES = 32 * 1024 * 1024
const LEAST_CHUNK_BYTES = 64 * 1024

export const help = `trove upload PATH… --to ORGANIZATION[/FOLDER…]

Sends files and whole folders. A folder keeps its name and its tree; "folder/." sends what is in it. Interrupted in whatever
way, the same command goes on where it stopped, and leaves out what is there already.

  --to PLACE           where: id, short name or name of the organization, and folders in it
  --make-folders       make the folders of --to that are missing
  --exclude GLOB       leave these out, as often as wanted: "*.tmp", "Photos/cache/**"
  --hidden             files and folders whose name begins with a point as well
  --follow             follow symbolic links
  --parallel N         so many files at a time, 1 to 32; unless said, as many as make it faster
  --chunk SIZE         bytes of one request, at most ${MAX_CHUNK_BYTES}; 32MiB unless said
  --again              send everything, also what an earlier run has brought
  --receipts FILE      write a signed receipt of each file, a line of JSON, to the end of this file
  --give-up-after S    seconds to wait for a server that is away; 900 unless said
  --server URL         which Trove, where there are keys for several
  -q, --quiet          say only what failed
  --json               an object a line for everything that happens, and a summary at the end

Ends with 0 when all of it is safe, 1 when something failed, 2 when the command was not understood, 130 when interrupted.

  trove upload Photos --to family
  trove upload shoot/*.mov --to studio/Dailies/Monday --make-folders
  trove upload ~/Scans/. --to clinic/Inbox --exclude '*.tmp' --json`

/** @returns the exit code */
export async function run({ words, environment, streams, signal }: Context): Promise<number> {
  const { values: flags, positionals: paths } = parseArgs({
    args: [...words],
    allowPositionals: true,
    options: {
      ...moving,
      to: { type: 'string' },
      'make-folders': { type: 'boolean' },
      exclude: { type: 'string', multiple: true },
      hidden: { type: 'boolean' },
      follow: { type: 'boolean' },
      chunk: { type: 'string' },
      again: { type: 'boolean' },
      receipts: { type: 'string' },
    },
  })
  if (paths.length === 0) throw new Failure('misunderstood', 'Say what to send: trove upload PATH… --to ORGANIZATION')
  if (flags.to === undefined)
    throw new Failure('misunderstood', 'Say where to: --to ORGANIZATION, or --to ORGANIZATION/FOLDER')
  const uploading = {
    paths,
    to: flags.to,
    makeFolders: flags['make-folders'] === true,
    choice: { hidden: flags.hidden === true, follow: flags.follow === true, exclude: flags.exclude ?? [] },
    again: flags.again === true,
    parallel: parallelOf(flags.parallel),
    chunkBytes:
      flags.chunk === undefined
        ? DEFAULT_CHUNK_BYTES
        : sizeOf('--chunk', flags.chunk, { least: LEAST_CHUNK_BYTES, most: MAX_CHUNK_BYTES }),
    stateFolder: stateFolder(environment),
    receiptsFile: flags.receipts,
  }
  const giveUpMs = giveUpMsOf(flags['give-up-after'])
  const chosen = chooseServer(flags.server, environment)
  const manner = mannerOf(flags, { environment, streams })
  const report = openReport({ manner, word: 'uploaded', streams })
  const server = openServer({
    ...chosen,
    environment,
    signal,
    giveUpMs,
    onWait: (waiting) => report.tell({ event: 'waiting', ...waiting }),
  })
  let exitCode = 1
  try {
    const outcome = await upload(server, uploading, report)
    exitCode = signal.aborted ? 130 : outcome.exitCode
    const sentences = sentencesOf(report, outcome, signal.aborted, words)
    report.end({ exitCode, sentences, more: { unfinished: outcome.unfinished, to: outcome.where } })
    return exitCode
  } catch (error) {
    report.stop()
    throw error
  } finally {
    server.close()
  }
}

function sentencesOf(
  { tally }: Report,
  { unfinished, where }: Outcome,
  isInterrupted: boolean,
  words: readonly string[],
): string[] {
  const { done, doneBytes, present, skipped, failed, files } = tally
  const safe = done + present
  // Without the flag that would begin anew.
  const again = words.filter((word) => word !== '--again')
  const goOn = `trove upload ${again.map(quoted).join(' ')}`
  if (isInterrupted) return [`Interrupted: ${safe} of ${formatCount(files, 'file')} are safe. To go on:`, `  ${goOn}`]
  const also = [
    present > 0 ? `${present} were there already.` : '',
    skipped > 0 ? `${formatCount(skipped, 'thing was', 'things were')} left out.` : '',
  ].filter((text) => text !== '')
  if (files === 0 && failed.length === 0) return [['There is nothing to send.', ...also].join(' ')]
  if (failed.length === 0 && unfinished === 0)
    return [[`Uploaded ${formatCount(done, 'file')} (${formatBytes(doneBytes)}) to ${where}.`, ...also].join(' ')]
  const rest = unfinished > 0 ? `, and ${unfinished} were not tried` : ''
  return [
    `Not everything is safe: ${safe} of ${formatCount(files, 'file')} are, ${formatCount(failed.length, 'thing')} failed${rest}. To try again:`,
    `  ${goOn}`,
  ]
}
