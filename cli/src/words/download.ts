import { parseArgs } from 'node:util'
import { giveUpMsOf, mannerOf, moving, parallelOf, type Context } from '../context.ts'
import { planLink, planNamed } from '../download/plan.ts'
import { download, joined, planOf, type Plan } from '../download/run.ts'
import { openVisit, readLink } from '../download/visit.ts'
import { Failure, toFailure } from '../failure.ts'
import { chooseServer } from '../server/keys.ts'
import { openServer, type Opening } from '../server/server.ts'
import { formatBytes, formatCount, quoted } from '../terminal/text.ts'
import { openReport, type Report } from '../terminal/report.ts'

export const help = `trove download FILE|FOLDER|LINK… [--out FOLDER]

Fetches files, whole folders with their tree, and what a shared link gives. FILE and FOLDER are an id, or
ORGANIZATION/FOLDER/NAME; LINK is the address as it was shared, in quotes. Interrupted in whatever way, the same command goes on
where it stopped. A file gets its name when it is whole and its SHA-256 is right; nothing that is here is overwritten.

  --out FOLDER         where to; made when it is missing; this folder unless said
  --force              replace files of the same name
  --parallel N         so many files at a time, 1 to 32; unless said, as many as make it faster
  --give-up-after S    seconds to wait for a server that is away; 900 unless said
  --server URL         which Trove, where there are keys for several
  -q, --quiet          say only what failed
  --json               an object a line for everything that happens, and a summary at the end

A link with a password takes it from TROVE_LINK_PASSWORD, or asks.

Ends with 0 when all of it is here, 1 when something failed, 2 when the command was not understood, 130 when interrupted.

  trove download family/Photos --out ~/Pictures
  trove download 0198a2f4-1111-7000-8000-000000000001
  trove download 'https://trove.example.org/s#…' --out Shared`

/** @returns the exit code */
export async function run({ words, environment, streams, signal }: Context): Promise<number> {
  const { values: flags, positionals: named } = parseArgs({
    args: [...words],
    allowPositionals: true,
    options: { ...moving, out: { type: 'string' }, force: { type: 'boolean' } },
  })
  if (named.length === 0) throw new Failure('misunderstood', 'Say what to fetch: trove download FILE|FOLDER|LINK…')
  const out = flags.out ?? '.'
  const parallel = parallelOf(flags.parallel)
  const giveUpMs = giveUpMsOf(flags['give-up-after'])
  const report = openReport({ manner: mannerOf(flags, { environment, streams }), word: 'downloaded', streams })
  const opening = {
    environment,
    signal,
    giveUpMs,
    onWait: (waiting: { reason: string; waitMs: number }) => report.tell({ event: 'waiting', ...waiting }),
  }
  let plan: Plan | undefined
  try {
    plan = await planAll(named, flags.server, opening)
    const unfinished = await download(
      plan.wanted,
      { out, force: flags.force === true, parallel, signal, refresh: plan.refresh },
      report,
    )
    const exitCode = signal.aborted ? 130 : report.tally.failed.length + unfinished === 0 ? 0 : 1
    report.end({
      exitCode,
      sentences: sentencesOf(report, { out, unfinished, isInterrupted: signal.aborted, words }),
      more: { unfinished },
    })
    return exitCode
  } catch (error) {
    report.stop()
    throw error
  } finally {
    plan?.close()
  }
}

type Openings = Omit<Opening, 'place' | 'token'>

/** Links need no key; one key serves all that is named otherwise. */
async function planAll(named: readonly string[], server: string | undefined, opening: Openings): Promise<Plan> {
  const plans: Plan[] = []
  for (const word of named) {
    const link = readLink(word)
    if (link !== undefined) {
      const visit = await openVisit(link, opening)
      plans.push(planOf(visit.server, await planLink(visit), () => visit.refresh()))
    } else if (URL.canParse(word) && /^https?:/i.test(word)) {
      throw new Failure(
        'misunderstood',
        'This address is no shared link; those have /s# in them. In a shell, put it in quotes.',
      )
    } else {
      const opened = openServer({ ...chooseServer(server, opening.environment), ...opening })
      plans.push(
        planOf(opened, await planNamed(opened, word).catch((error: unknown) => Promise.reject(toFailure(error)))),
      )
    }
  }
  return joined(plans)
}

type Ending = { out: string; unfinished: number; isInterrupted: boolean; words: readonly string[] }

function sentencesOf({ tally }: Report, { out, unfinished, isInterrupted, words }: Ending): string[] {
  const { done, doneBytes, present, failed, files } = tally
  const here = done + present
  const goOn = `trove download ${words.map(quoted).join(' ')}`
  if (isInterrupted) return [`Interrupted: ${here} of ${formatCount(files, 'file')} are here. To go on:`, `  ${goOn}`]
  if (files === 0) return ['There is nothing in it.']
  const also = present > 0 ? ` ${present} were here already.` : ''
  if (failed.length === 0 && unfinished === 0)
    return [`Downloaded ${formatCount(done, 'file')} (${formatBytes(doneBytes)}) to ${out}.${also}`]
  const rest = unfinished > 0 ? `, and ${unfinished} were not tried` : ''
  return [
    `Not everything is here: ${here} of ${formatCount(files, 'file')} are, ${failed.length} failed${rest}. To try again:`,
    `  ${goOn}`,
  ]
}
