import type { Endpoint, Request as RequestOf, Response as ResponseOf } from '@trove/contract/endpoint'
import { openLink, renewVisit, type LinkVisitPass } from '@trove/contract/shared'
import { isProblem } from '../lib/problem.ts'
import { read, send } from '../lib/request.ts'
import { createStore } from '../lib/store.ts'
import { secretIn } from './secret.ts'

/** The pass, and with it the cookie that pictures ride on, is renewed so long before it ends. */
const MARGIN_MS = 5 * 60_000
const KEPT_AS = 'trove.visit'

export type Question = 'password' | 'email' | 'code'
export type Visit =
  | { kind: 'opening' }
  | { kind: 'asks'; what: Question; error?: unknown; isBusy: boolean }
  | { kind: 'open'; pass: LinkVisitPass }
  | { kind: 'no-secret' }
  | { kind: 'refused'; error: unknown }

/** How far this page has come with its link. */
export const visit = createStore<Visit>({ kind: 'opening' })

let secret: string | undefined
let answers: { password?: string; email?: string; code?: string } = {}
let timer: ReturnType<typeof setTimeout> | undefined
let opening: Promise<void> | undefined

/** Opens the link in the address, or goes on with the visit that this tab had before a reload. */
export function beginVisit(): void {
  secret = secretIn(location.hash)
  if (secret === undefined) return visit.set({ kind: 'no-secret' })
  const kept = keptPass(secret)
  if (kept === undefined) void tryOpening()
  else adopt(kept)
}

/** An answer to what the link asked for. */
export function answer(what: Question, said: string): Promise<void> {
  answers[what] = said
  visit.set({ kind: 'asks', what, isBusy: true })
  return tryOpening(what)
}

/** Back from the code to the address it was sent to. */
export function askForAddressAgain(): void {
  delete answers.code
  visit.set({ kind: 'asks', what: 'email', isBusy: false })
}

/** Another code, to the same address. */
export function sendCodeAgain(): Promise<void> {
  delete answers.code
  visit.set({ kind: 'asks', what: 'code', isBusy: true })
  return tryOpening('code')
}

/** Tries once more what could not be reached. */
export function retryVisit(): void {
  visit.set({ kind: 'opening' })
  void tryOpening()
}

function tryOpening(asked?: Question): Promise<void> {
  opening ??= open(asked).finally(() => (opening = undefined))
  return opening
}

async function open(asked: Question | undefined): Promise<void> {
  if (secret === undefined) return
  try {
    const told = await read(
      openLink,
      await send(openLink, { body: { token: secret, ...answers } }, { token: undefined }),
    )
    if (told.status === 'opened') adopt(told)
    else visit.set({ kind: 'asks', what: told.status, isBusy: false })
  } catch (error) {
    // A code is good for a few tries, and what was wrong once is not sent again.
    if (asked !== undefined) delete answers[asked]
    if (asked !== undefined && isAnswerable(error)) visit.set({ kind: 'asks', what: asked, error, isBusy: false })
    else visit.set({ kind: 'refused', error })
  }
}

const isAnswerable = (error: unknown) =>
  isProblem(error, 'wrong-password', 'wrong-code', 'too-many-requests', 'invalid-request', 'unreachable')

function adopt(pass: LinkVisitPass): void {
  answers = {}
  keepPass(pass)
  visit.set((now) =>
    now.kind === 'open' && now.pass.linkId === pass.linkId ? { ...now, pass } : { kind: 'open', pass },
  )
  clearTimeout(timer)
  timer = setTimeout(() => void renew(pass), Math.max(10_000, Date.parse(pass.expiresAt) - Date.now() - MARGIN_MS))
}

async function renew(pass: LinkVisitPass): Promise<void> {
  const { linkId, accessToken } = pass
  try {
    const renewed = await send(renewVisit, { params: { linkId } }, { token: accessToken })
    if (renewed.status === 401) return await reopen()
    adopt(await read(renewVisit, renewed))
  } catch (error) {
    // A visit lasts a day; after that, as after a lost line, the link is opened anew when it is next used.
    if (isProblem(error, 'unreachable')) timer = setTimeout(() => void renew(pass), 30_000)
  }
}

/** Begins a new visit when the old one is over; what the link asks for is asked again. */
function reopen(): Promise<void> {
  forgetPass()
  return tryOpening()
}

/**
 * Calls an endpoint in the name of this visit.
 *
 * @throws ApiProblem  when refused; where the link itself is over, the page says so too
 */
export async function ask<E extends Endpoint>(
  endpoint: E,
  request: RequestOf<E>,
  signal?: AbortSignal,
): Promise<ResponseOf<E>> {
  let response = await send(endpoint, request, { token: bearer(), signal })
  if (response.status === 401) {
    await reopen()
    if (visit.get().kind === 'open') response = await send(endpoint, request, { token: bearer(), signal })
  }
  return read(endpoint, response)
}

/** What proves this visit, for requests that are not made by `ask`. */
export function bearer(): string | undefined {
  const now = visit.get()
  return now.kind === 'open' ? now.pass.accessToken : undefined
}

/** Asks whether the link still opens; the page says so when it does not. */
export const doubtVisit = reopen

// For this tab and as long as it is open: a reload must not ask for the password or another code.
function keepPass(pass: LinkVisitPass): void {
  try {
    sessionStorage.setItem(KEPT_AS, JSON.stringify({ secret, pass }))
  } catch {
    // Then a reload asks again.
  }
}

function forgetPass(): void {
  try {
    sessionStorage.removeItem(KEPT_AS)
  } catch {
    // It was not kept either.
  }
}

function keptPass(wanted: string): LinkVisitPass | undefined {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEPT_AS) ?? 'null') as { secret: string; pass: LinkVisitPass } | null
    if (kept?.secret !== wanted || Date.parse(kept.pass.expiresAt) - Date.now() < 10_000) return undefined
    return kept.pass
  } catch {
    return undefined
  }
}
