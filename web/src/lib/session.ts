import type { Me, SignedIn } from '@trove/contract/identity'
import { apiUrl } from './place.ts'
import { type ApiProblem, problemOf, unreachable } from './problem.ts'
import { createStore } from './store.ts'

/** Tokens are renewed this long before they end: cookies for pictures and the live feed ride along. */
const MARGIN_MS = 60_000
const LOCK = 'trove.refresh'

export type Session = { status: 'unknown' } | { status: 'signed-out' } | { status: 'signed-in'; user: Me }

type Tokens = { accessToken: string; expiresAtMs: number }
type Heard = { kind: 'signed-in'; signedIn: SignedIn } | { kind: 'signed-out' }

/** Who is signed in here. The access token itself stays in this file, in memory. */
export const session = createStore<Session>({ status: 'unknown' })

let tokens: Tokens | undefined
let renewing: Promise<boolean> | undefined
let timer: ReturnType<typeof setTimeout> | undefined
const otherTabs = new BroadcastChannel('trove.session')

otherTabs.onmessage = ({ data }: MessageEvent<Heard>) => {
  if (data.kind === 'signed-in') adopt(data.signedIn)
  else forget()
}
// Timers sleep with the laptop; pictures must not meet an expired cookie afterwards.
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible' && tokens !== undefined && isStale(tokens)) void renew()
})

/** Takes over what sign-in or registration answered, here and in the other tabs. */
export function signedIn(answer: SignedIn): void {
  adopt(answer)
  otherTabs.postMessage({ kind: 'signed-in', signedIn: answer } satisfies Heard)
}

/** What the account says of itself has changed; the tokens stay as they are. */
export function knowMe(user: Me): void {
  session.set((now) => (now.status !== 'signed-in' || same(now.user, user) ? now : { status: 'signed-in', user }))
}

/** Forgets who was signed in, here and in the other tabs. */
export function signedOut(): void {
  forget()
  otherTabs.postMessage({ kind: 'signed-out' } satisfies Heard)
}

/**
 * A token good for at least a few seconds, or undefined when nobody is signed in.
 *
 * @throws unreachable when it must be renewed and nothing answers
 */
export async function bearer(): Promise<string | undefined> {
  if (tokens !== undefined && !isStale(tokens)) return tokens.accessToken
  if (session.get().status === 'signed-out') return undefined
  await renew()
  return tokens?.accessToken
}

/**
 * Exchanges the refresh cookie for new tokens; callers at the same time share one exchange, tabs take turns.
 *
 * @param refused  the token that was just refused: when another tab has renewed meanwhile, its token is used
 * @returns whether somebody is signed in
 * @throws  unreachable
 */
export function renew(refused?: string): Promise<boolean> {
  renewing ??= inTurn(async () => {
    if (tokens !== undefined && tokens.accessToken !== refused && !isStale(tokens)) return true
    return exchange()
  }).finally(() => {
    renewing = undefined
  })
  return renewing
}

async function exchange(): Promise<boolean> {
  const response = await fetch(apiUrl('/auth/refresh'), { method: 'POST', credentials: 'same-origin' }).catch(() => {
    throw unreachable()
  })
  if (response.ok) {
    signedIn((await response.json()) as SignedIn)
    return true
  }
  const problem = await problemOf(response)
  if (!isFinal(problem)) throw problem
  if (session.get().status === 'signed-in') signedOut()
  else forget()
  return false
}

/** A full server or a proxy's hiccup ends no session. */
function isFinal(problem: ApiProblem): boolean {
  return problem.status === 401 || problem.status === 403 || problem.status === 400
}

/** Web Locks exist on https and localhost only; elsewhere the server's grace for racing tabs must do. */
function inTurn<T>(run: () => Promise<T>): Promise<T> {
  const locks = (navigator as { locks?: LockManager }).locks
  return locks === undefined ? run() : (locks.request(LOCK, run) as Promise<T>)
}

function adopt({ accessToken, expiresAt, user }: SignedIn): void {
  tokens = { accessToken, expiresAtMs: Date.parse(expiresAt) }
  session.set((now) => (now.status === 'signed-in' && same(now.user, user) ? now : { status: 'signed-in', user }))
  clearTimeout(timer)
  timer = setTimeout(
    () => void renew().catch(() => undefined),
    Math.max(5_000, tokens.expiresAtMs - Date.now() - MARGIN_MS),
  )
}

function forget(): void {
  tokens = undefined
  clearTimeout(timer)
  session.set((now) => (now.status === 'signed-out' ? now : { status: 'signed-out' }))
}

const isStale = ({ expiresAtMs }: Tokens) => expiresAtMs - Date.now() < MARGIN_MS / 2
const same = (a: Me, b: Me) => JSON.stringify(a) === JSON.stringify(b)
