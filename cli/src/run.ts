import type { Context } from './context.ts'
import { adviceOf, isFailure } from './failure.ts'
import type { Environment } from './server/keys.ts'
import { printable } from './terminal/text.ts'
import type { Streams } from './terminal/report.ts'

type Word = { readonly help: string; run(context: Context): Promise<number> }

/** What a person at their own machine can ask for. Each is loaded when it is. */
const WORDS = {
  login: { does: 'sign in to a Trove at an address', load: () => import('./words/login.ts') },
  logout: { does: 'remove the key to one from this machine', load: () => import('./words/logout.ts') },
  whoami: { does: 'say whose key is used, and where', load: () => import('./words/whoami.ts') },
  ls: { does: 'list organizations, folders and files', load: () => import('./words/ls.ts') },
  find: { does: 'find files by words and by what they are', load: () => import('./words/find.ts') },
  upload: { does: 'send files and folders', load: () => import('./words/upload.ts') },
  download: { does: 'fetch files, folders and shared links', load: () => import('./words/download.ts') },
} satisfies Record<string, { does: string; load: () => Promise<Word> }>

/** Each word of the client with what it does. */
export const clientWords: readonly (readonly [word: string, does: string])[] = Object.entries(WORDS).map(
  ([word, { does }]) => [word, does],
)

type Named = keyof typeof WORDS

/** The exit code of a program that a signal ended: 128 and its number. */
const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const

/**
 * Runs one word of the client. The first Ctrl-C lets it write down where it stood; the second ends it at once.
 *
 * @param words  the word, and what follows it
 * @returns the exit code: 0 well, 1 something failed, 2 not understood, 130 interrupted
 */
export async function runClient(words: readonly string[]): Promise<number> {
  const stopping = new AbortController()
  let signalled: keyof typeof SIGNALS | undefined
  const stop = (signal: NodeJS.Signals) => {
    const code = SIGNALS[signal as keyof typeof SIGNALS]
    if (signalled !== undefined) process.exit(code)
    signalled = signal as keyof typeof SIGNALS
    stopping.abort()
  }
  for (const signal of Object.keys(SIGNALS)) process.on(signal, stop)
  // `trove ls | head`: whoever reads no more wants no more.
  process.stdout.on('error', () => process.exit(0))
  try {
    const streams = { out: process.stdout, err: process.stderr }
    const code = await say(words, { environment: process.env, streams, signal: stopping.signal })
    return signalled === undefined ? code : SIGNALS[signalled]
  } finally {
    for (const signal of Object.keys(SIGNALS)) process.removeListener(signal, stop)
  }
}

/** The same without a process around it. */
export async function say([word = '', ...words]: readonly string[], about: Omit<Context, 'words'>): Promise<number> {
  const { streams, environment } = about
  if (!Object.hasOwn(WORDS, word)) {
    const isAsked = ['help', '--help', '-h'].includes(word)
    if (!isAsked && word !== '') streams.err.write(`trove does not know "${printable(word)}".\n\n`)
    ;(isAsked ? streams.out : streams.err).write(`${usage()}\n`)
    return isAsked ? 0 : 2
  }
  const { help, run } = await WORDS[word as Named].load()
  const flags = words.includes('--') ? words.slice(0, words.indexOf('--')) : words
  if (flags.includes('--help') || flags.includes('-h')) {
    streams.out.write(`${help}\n`)
    return 0
  }
  try {
    return await run({ ...about, words })
  } catch (error) {
    return explain(error, { word, isJson: flags.includes('--json'), environment, streams })
  }
}

type Explaining = { word: string; isJson: boolean; environment: Environment; streams: Streams }

/** Why a word could not even begin, or came to its end. */
function explain(error: unknown, { word, isJson, environment, streams }: Explaining): number {
  if (isFailure(error)) {
    const exitCode = error.kind === 'misunderstood' ? 2 : error.kind === 'interrupted' ? 130 : 1
    const known = error.message.includes('trove login') ? undefined : adviceOf(error)
    if (isJson) {
      const advice = known === undefined ? {} : { advice: known }
      streams.out.write(
        `${JSON.stringify({ event: 'refused', kind: error.kind, reason: error.message, ...advice, exitCode })}\n`,
      )
    } else {
      streams.err.write(`${[error.message, known].filter(Boolean).join(' ')}\n`)
      if (exitCode === 2) streams.err.write(`More: trove ${word} --help\n`)
    }
    return exitCode
  }
  const { code = '', message } = error as NodeJS.ErrnoException
  const isWords = code.startsWith('ERR_PARSE_ARGS')
  streams.err.write(`${message}\n${isWords ? `More: trove ${word} --help\n` : ''}`)
  if (!isWords && environment['LOG_LEVEL'] === 'debug') streams.err.write(`${(error as Error).stack}\n`)
  return isWords ? 2 : 1
}

function usage(): string {
  const lines = clientWords.map(([word, does]) => `  ${word.padEnd(10)}${does}`)
  return `trove <word>:\n${lines.join('\n')}\n\ntrove <word> --help says more of each.`
}
