// npm test: every check there is, in order. `node scripts/test.ts lint plan` runs those alone; `--list` names them.
import { existsSync, globSync } from 'node:fs'
import { join } from 'node:path'
import { ensurePage } from '../server/src/app/page.ts'
import { findChromium } from './chromium.mjs'
import { deal, testInLanes } from './lanes.ts'
import { ROOT, run, type Count, type Ended } from './run.ts'
import { startThrowaway } from './throwaway-postgres.ts'

const MINUTE_MS = 60_000

type Step = { readonly name: string; readonly run: () => Promise<Outcome> }
/** `skipped`: why nothing was asked. */
type Outcome = Count & { readonly output?: string; readonly skipped?: string }

const steps: readonly Step[] = [
  { name: 'types', run: () => check(['tsc', '-p', 'server'], ['tsc', '-p', 'cli'], ['tsc', '-p', 'web']) },
  { name: 'lint', run: () => check(['oxlint']) },
  { name: 'format', run: () => check(['oxfmt', '--list-different']) },
  {
    name: 'plan',
    run: () => check(['depcruise', '--output-type', 'err', 'contract', 'cli', 'server', 'web/src', 'e2e']),
  },
  { name: 'unused', run: () => check(['knip', '--no-progress', '--no-config-hints']) },
  { name: 'generated', run: checkGenerated },
  { name: 'server', run: testServer },
  { name: 'web', run: testWeb },
  { name: 'journeys', run: testJourneys },
]

process.exit(await main(process.argv.slice(2)))

async function main(words: readonly string[]): Promise<number> {
  const names = steps.map(({ name }) => name)
  const unknown = words.filter((word) => !names.includes(word))
  if (unknown.length > 0) {
    console.log(`The checks are: ${names.join(', ')}.`)
    return words.includes('--list') ? 0 : 2
  }
  const sum = { passed: 0, failed: 0 }
  for (const step of steps.filter(({ name }) => words.length === 0 || words.includes(name))) {
    const { passed, failed } = await take(step)
    sum.passed += passed
    sum.failed += failed
  }
  console.log(`${sum.passed} passed, ${sum.failed} failed`)
  return sum.failed === 0 ? 0 : 1
}

async function take(step: Step): Promise<Count> {
  const startedAt = performance.now()
  const outcome = await step.run().catch((error: unknown): Outcome => ({ passed: 0, failed: 1, output: String(error) }))
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
  const mark = outcome.failed > 0 ? '✗' : outcome.skipped ? '–' : '✓'
  const counts =
    outcome.skipped ?? (outcome.passed + outcome.failed > 1 ? `${outcome.passed} passed, ${outcome.failed} failed` : '')
  if (outcome.failed > 0) console.log(`\n${outcome.output?.trim()}\n`)
  console.log(`${mark} ${step.name.padEnd(10)}${seconds.padStart(7)} s  ${counts}`.trimEnd())
  return outcome
}

async function check(...commands: readonly string[][]): Promise<Outcome> {
  const ended: Ended[] = []
  for (const command of commands) ended.push(await run(command, { timeoutMs: 10 * MINUTE_MS }))
  const bad = ended.filter(({ code }) => code !== 0)
  return {
    passed: bad.length === 0 ? 1 : 0,
    failed: bad.length === 0 ? 0 : 1,
    output: bad.map(({ output }) => output).join('\n'),
  }
}

/** Generated files are made again and must come out as they are. */
async function checkGenerated(): Promise<Outcome> {
  const scripts = ['scripts/db-types.ts', 'scripts/openapi.ts'].filter((script) => existsSync(join(ROOT, script)))
  return withPostgres((env) =>
    check(
      ...scripts.map((script) => [
        'env',
        `TEST_DATABASE_URL=${env['TEST_DATABASE_URL']}`,
        process.execPath,
        script,
        '--check',
      ]),
    ),
  )
}

function testServer(): Promise<Outcome> {
  const files = globSync('{contract,cli,server,scripts}/**/*.test.ts', {
    cwd: ROOT,
    exclude: ['**/node_modules/**'],
  }).sort()
  return testInLanes(deal(files, 24), 20 * MINUTE_MS, withPostgres)
}

/** Components, in the runner that can compile them. */
async function testWeb(): Promise<Outcome> {
  if (globSync('web/src/**/*.test.{ts,tsx}', { cwd: ROOT }).length === 0)
    return { passed: 0, failed: 0, skipped: 'there are none' }
  const { code, output } = await run(['vitest', 'run'], { cwd: join(ROOT, 'web'), timeoutMs: 10 * MINUTE_MS })
  const summary = /^\s*Tests\s+(?:(\d+) failed)?[ |]*(?:(\d+) passed)?/m.exec(output)
  const failed = Number(summary?.[1] ?? 0)
  return { passed: Number(summary?.[2] ?? 0), failed: code === 0 ? failed : Math.max(1, failed), output }
}

/** Each journey starts a Trove of its own; the page is built once, before them. */
async function testJourneys(): Promise<Outcome> {
  const files = globSync('e2e/**/*.e2e.ts', { cwd: ROOT }).sort()
  if (files.length === 0) return { passed: 0, failed: 0, skipped: 'there are none' }
  if (findChromium() === undefined) {
    const words = 'there is no Chromium: apt-get install chromium, or set CHROMIUM_PATH'
    return process.env['CI'] === 'true'
      ? { passed: 0, failed: 1, output: words }
      : { passed: 0, failed: 0, skipped: words }
  }
  await ensurePage((text) => console.log(text), new AbortController().signal)
  return testInLanes(deal(files, files.length), 15 * MINUTE_MS)
}

async function withPostgres<T>(work: (env: NodeJS.ProcessEnv) => Promise<T>): Promise<T> {
  const given = process.env['TEST_DATABASE_URL']
  if (given) return work({ TEST_DATABASE_URL: given })
  const server = await startThrowaway()
  try {
    return await work({ TEST_DATABASE_URL: server.url })
  } finally {
    await server.stop()
  }
}
