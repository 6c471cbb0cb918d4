import type { ProblemKind } from '@trove/contract/problems'

/**
 * Why something could not be done. The server's own kinds, and those that only a client meets:
 * `lost` nothing answered · `elsewhere` it was sent to another place · `not-trove` what answered speaks otherwise ·
 * `interrupted` somebody here stopped it, `stopped` somebody on the page · `changed`, `unreadable` the file here · `exists`, `disk` the place here ·
 * `misunderstood` the words of the command
 */
export type FailureKind =
  | ProblemKind
  | 'lost'
  | 'elsewhere'
  | 'not-trove'
  | 'interrupted'
  | 'stopped'
  | 'changed'
  | 'unreadable'
  | 'exists'
  | 'disk'
  | 'misunderstood'

type About = { status?: number; retryAfterMs?: number; members?: Readonly<Record<string, unknown>> }

/** What every part of the client throws on purpose: a kind, and a sentence for whoever reads it. */
export class Failure extends Error {
  readonly kind: FailureKind
  readonly status: number | undefined
  readonly retryAfterMs: number | undefined
  readonly members: Readonly<Record<string, unknown>>
  /** Which Trove it is about, when that is known. */
  place: string | undefined

  constructor(kind: FailureKind, sentence: string, about: About = {}) {
    super(sentence)
    this.kind = kind
    this.status = about.status
    this.retryAfterMs = about.retryAfterMs
    this.members = about.members ?? {}
  }
}

export const isFailure = (error: unknown, ...kinds: FailureKind[]): error is Failure =>
  error instanceof Failure && (kinds.length === 0 || kinds.includes(error.kind))

/** Whatever was thrown, as a failure. */
export function toFailure(error: unknown): Failure {
  if (error instanceof Failure) return error
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'ENOSPC' || code === 'EDQUOT') return new Failure('disk', 'There is no room left on the disk here.')
  if (code === 'EROFS') return new Failure('disk', 'The disk here can only be read.')
  return new Failure('unreadable', sentences[code ?? ''] ?? message)
}

const sentences: Record<string, string> = {
  ENOENT: 'There is no such file any more; it was moved or deleted.',
  EACCES: 'This user may not open it.',
  EPERM: 'This user may not open it.',
  EIO: 'The disk here cannot read it.',
  EMFILE: 'Too many files are open; try --parallel 2.',
  ENAMETOOLONG: 'Its name is longer than this disk can keep.',
}

/** Whether everything else would fail alike, so that trying it is of no use. */
export function endsTheRun({ kind }: Failure): boolean {
  return (ends as readonly string[]).includes(kind)
}

const ends = [
  'lost',
  'elsewhere',
  'not-trove',
  'interrupted',
  'stopped',
  'not-signed-in',
  'session-ended',
  'account-suspended',
  'second-factor-required',
  'read-only',
  'disk',
] satisfies FailureKind[]

/** What the person can do about it, where there is something; completes the sentence of the failure. */
export function adviceOf(failure: Failure): string | undefined {
  const { place = 'https://…' } = failure
  if (failure.kind === 'not-allowed' && /scope/.test(failure.message)) {
    const [, scope = ''] = /scope (\w+)/.exec(failure.message) ?? []
    return `Sign in with it: trove login ${place} --scopes=${[...new Set(['read', 'download', 'upload', 'write', scope])].filter(Boolean).join(',')}`
  }
  return advice[failure.kind]?.(place)
}

const advice: Partial<Record<FailureKind, (place: string) => string>> = {
  'not-signed-in': (place) => `Sign in again: trove login ${place}`,
  'session-ended': (place) => `Sign in again: trove login ${place}`,
  'quota-exceeded': () => 'Make room there, or ask an owner of the organization for more.',
  'storage-full': () => 'Whoever runs this Trove must make room on its disk; then run the same command again.',
  'type-not-allowed': () => 'An administrator of the organization can allow this kind of file.',
  'empty-file': () => 'Leave it out with --exclude, or put something into it.',
  exists: () => '--force replaces what is there.',
  disk: () => 'Make room and run the same command again; what has arrived is kept.',
  lost: () => 'Run the same command again to go on.',
  stopped: () => 'Run the same command again to send it after all.',
  changed: () => 'Run the same command again when nothing writes to it any more.',
  'too-large': () => 'Nothing of it was kept.',
}
