const HALF_LIFE_MS = 60_000
const MOST_GROUPS = 10_000

export type Turns = { next(groupId: string | undefined): number }

/**
 * Fair turns: the priority of a group's next job, 0 at first and lower the more the group has asked for lately.
 *
 * Somebody who drops five hundred photographs gets priorities 0, -1, … -499, so the first photograph of somebody
 * else, at 0, waits for a running job and not for the five hundred. What was asked for is forgotten by half each minute.
 */
export function fairTurns(now: () => number = Date.now): Turns {
  const recent = new Map<string, { count: number; at: number }>()
  return {
    next(groupId) {
      if (groupId === undefined) return 0
      const at = now()
      const before = recent.get(groupId)
      const count = before === undefined ? 0 : before.count * 0.5 ** ((at - before.at) / HALF_LIFE_MS)
      recent.delete(groupId)
      recent.set(groupId, { count: count + 1, at })
      if (recent.size > MOST_GROUPS) recent.delete(recent.keys().next().value ?? groupId)
      return Math.max(-30_000, 0 - Math.floor(count))
    },
  }
}
