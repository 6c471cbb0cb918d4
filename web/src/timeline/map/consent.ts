import { useMemo } from 'react'
import { createKept } from '../../lib/kept.ts'
import { session } from '../../lib/session.ts'
import { useStore, type Store } from '../../lib/store.ts'

/** Nobody is asked for anything before the answer is `yes`. */
export type Consent = 'not-asked' | 'yes' | 'no'

const ANSWERS: readonly Consent[] = ['not-asked', 'yes', 'no']
const answers = new Map<string, Store<Consent>>()

/**
 * Whether the person who is signed in has agreed to load pictures from an origin, as remembered by this device. Another
 * person, or another origin, is asked anew.
 */
export function useConsent(origin: string) {
  const who = useStore(session)
  const personId = who.status === 'signed-in' ? who.user.id : ''
  const kept = useMemo(() => answerOf(personId, origin), [personId, origin])
  return { consent: useStore(kept), answer: kept.set }
}

/** What a person has answered about an origin. */
export function answerOf(personId: string, origin: string): Store<Consent> {
  const key = `trove.map.${personId}.${origin}`
  const known = answers.get(key)
  if (known !== undefined) return known
  const answer = createKept<Consent>(key, ANSWERS, 'not-asked')
  answers.set(key, answer)
  // What is taken back in one tab is taken back in all.
  addEventListener('storage', ({ key: changed, newValue }) => {
    if (changed === key) answer.set(ANSWERS.find((one) => one === newValue) ?? 'not-asked')
  })
  return answer
}
