import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { stripVTControlCharacters } from 'node:util'

export const ROOT = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '')

/** Configuration of whoever runs the checks must not reach what they start. */
const OURS =
  /^(PORT|HOST|DATABASE_URL|DATABASE_DIRECT_URL|STORAGE_URL|PUBLIC_URL|TRUST_PROXY|LOG_LEVEL|TROVE_.*|DB_.*|MAX_.*_BYTES)$/

export type Ended = { readonly code: number; readonly output: string }

export type RunOptions = { readonly env?: NodeJS.ProcessEnv; readonly cwd?: string; readonly timeoutMs?: number }

/** Runs a program of node_modules or of the system to its end and keeps what it says. Too long counts as failed. */
export function run(command: readonly string[], options: RunOptions = {}): Promise<Ended> {
  const [file = '', ...args] = command
  const cwd = options.cwd ?? ROOT
  return new Promise((resolve) => {
    // A group of its own: when it is too late, everything it started ends with it.
    const child = spawn(file, args, {
      cwd,
      env: environment(options.env),
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    })
    children.add(child.pid ?? 0)
    let output = ''
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => (output += text))
    const timer = setTimeout(
      () => {
        output += `\nStopped: it took more than ${(options.timeoutMs ?? 0) / 60_000} minutes.\n`
        endGroup(child.pid ?? 0)
      },
      options.timeoutMs ?? 2 ** 30,
    )
    const end = (code: number) => {
      clearTimeout(timer)
      children.delete(child.pid ?? 0)
      // Some colour their words wherever CI is set, whatever NO_COLOR says.
      resolve({ code, output: stripVTControlCharacters(output) })
    }
    child.on('error', (error) => end(((output += `${error.message}\n`), 127)))
    child.on('close', (code) => end(code ?? 1))
  })
}

const children = new Set<number>()

/** Detached children do not hear Ctrl-C: they are ended here. */
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    for (const pid of children) endGroup(pid)
    process.exit(130)
  })
}

function endGroup(pid: number): void {
  try {
    if (pid > 0) process.kill(-pid, 'SIGKILL')
  } catch {
    // It has ended by itself.
  }
}

function environment(more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !OURS.test(name) || name === 'TEST_DATABASE_URL')
  return {
    ...Object.fromEntries(kept),
    PATH: `${ROOT}/node_modules/.bin:${process.env['PATH']}`,
    NO_COLOR: '1',
    ...more,
  }
}

export type Count = { readonly passed: number; readonly failed: number }

/** Runs test files by Node's own runner; a run without a summary, or that failed outside any test, counts as one failure. */
export async function runNodeTests(
  files: readonly string[],
  options: RunOptions = {},
): Promise<Count & { readonly output: string }> {
  const command = [process.execPath, '--test', '--test-isolation=none', '--test-reporter=spec', ...files]
  const { code, output } = await run(command, options)
  const total = (word: string) => Number(new RegExp(`^ℹ ${word} (\\d+)`, 'm').exec(output)?.[1] ?? 0)
  const failed = total('fail') + total('cancelled')
  return { passed: total('pass'), failed: code === 0 ? failed : Math.max(1, failed), output }
}

/** What somebody who looks for the fault wants to see: the failures, which the reporter repeats at the end. */
export function failuresOf(output: string): string {
  const at = output.indexOf('✖ failing tests:')
  return at < 0 ? output.slice(-20_000) : output.slice(at)
}
