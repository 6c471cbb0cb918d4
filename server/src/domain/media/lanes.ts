/**
 * What a media child is wanted for, in the order in which it is given away: somebody waits for it; a new upload, which
 * nobody can see yet; what is made in its own time; what takes long.
 */
export type Lane = 'urgent' | 'first' | 'light' | 'heavy'

export type Passage = {
  lane: Lane
  /** It takes long, also when somebody waits for it. */
  isHeavy?: boolean
  organizationId?: string
}

export type Lanes = {
  /**
   * Waits for a seat; whoever has it calls what is returned when it is done, once.
   *
   * @throws whatever the signal was aborted with, while it waits
   */
  enter(passage: Passage, signal: AbortSignal): Promise<() => void>
  readonly seats: number
}

/** Who has waited for so long goes with the new uploads: their stream may never end. */
const PATIENCE_MS: Readonly<Record<Lane, number>> = { urgent: 0, first: 0, light: 5_000, heavy: 30_000 }
const RANK: Readonly<Record<Lane, number>> = { urgent: 0, first: 1, light: 2, heavy: 3 }

type Waiting = Passage & { since: number; go: () => void }

/**
 * Seats for those who need a media child, so that what takes long never holds all of them: it has at most half of the
 * seats, and one more when somebody waits for it or another organization holds those. One seat, beyond `usual`, is for
 * what somebody waits for, and for a new upload where no other has a seat.
 *
 * @param usual  seats in all but that one; two at least
 */
export function createLanes(usual: number, now: () => number = Date.now): Lanes {
  const most = Math.max(2, usual)
  const mostHeavy = Math.floor(most / 2)
  const seated = new Set<Passage>()
  const waiting: Waiting[] = []

  const isFree = (passage: Passage): boolean => {
    const all = [...seated]
    const heavy = all.filter(isHeavy)
    if (all.length > most || (isHeavy(passage) && !isFreeForHeavy(passage, heavy))) return false
    // The one that takes long beyond their half, for whatever reason, has the seat beyond the usual ones.
    const isOnlyUpload = passage.lane === 'first' && !all.some(({ lane }) => lane === 'first')
    const isBeyond = passage.lane === 'urgent' || isOnlyUpload || (isHeavy(passage) && heavy.length >= mostHeavy)
    const beyond = Math.max(all.filter(({ lane }) => lane === 'urgent').length, heavy.length - mostHeavy)
    return isBeyond || all.length - beyond < most
  }
  const isFreeForHeavy = ({ lane, organizationId }: Passage, heavy: readonly Passage[]): boolean => {
    if (heavy.length < mostHeavy) return true
    const isOthers = !heavy.some((other) => other.organizationId === organizationId)
    return heavy.length === mostHeavy && (lane === 'urgent' || isOthers)
  }
  const letIn = () => {
    const at = now()
    const rank = ({ lane, since }: Waiting) =>
      at - since >= PATIENCE_MS[lane] ? Math.min(RANK[lane], RANK.first) : RANK[lane]
    for (const next of waiting.toSorted((a, b) => rank(a) - rank(b) || a.since - b.since)) {
      if (!isFree(next)) continue
      waiting.splice(waiting.indexOf(next), 1)
      seated.add(next)
      next.go()
    }
  }

  return {
    seats: most + 1,
    async enter(passage, signal) {
      signal.throwIfAborted()
      const turn = Promise.withResolvers<void>()
      const own = { ...passage, since: now(), go: turn.resolve }
      const onAbort = () => {
        const place = waiting.indexOf(own)
        if (place >= 0) waiting.splice(place, 1)
        turn.reject(signal.reason as Error)
      }
      const leave = () => {
        if (seated.delete(own)) letIn()
      }
      signal.addEventListener('abort', onAbort, { once: true })
      waiting.push(own)
      letIn()
      try {
        await turn.promise
      } catch (error) {
        leave()
        throw error
      } finally {
        signal.removeEventListener('abort', onAbort)
      }
      return leave
    },
  }
}

const isHeavy = ({ lane, isHeavy: heavy = false }: Passage): boolean => lane === 'heavy' || heavy
