/** Who holds bytes that are not in the store yet, and can bring them there in another form when their room is needed. */
export type Holder = {
  /** Brings them away and gives their room back. Never waits for room itself. */
  spill(): Promise<void>
}

/** The room for parts on their way, of all uploads of this process together. */
export type Memory = {
  /** Waits until there is room, for which others' bytes may be brought away. */
  take(bytes: number, holder: Holder): Promise<void>
  give(bytes: number): void
  /** The holder has bytes that could be brought away, as of now the youngest of all; or none any more. */
  setSpillable(holder: Holder, isSpillable: boolean): void
  usedBytes(): number
}

const AGAIN_MS = 1_000

export function createMemory(limitBytes: number): Memory {
  let used = 0
  /** Oldest first. */
  const spillable = new Set<Holder>()
  let waiting: (() => void)[] = []

  const released = () => {
    const woken = waiting
    waiting = []
    for (const wake of woken) wake()
  }
  const change = () =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, AGAIN_MS)
      waiting.push(() => {
        clearTimeout(timer)
        resolve()
      })
    })
  const hasRoom = (bytes: number) => used === 0 || used + bytes <= limitBytes

  return {
    async take(bytes, holder) {
      while (!hasRoom(bytes)) {
        // Its own bytes last: they are about to become a part, and would have to be fetched back for it.
        const victim = spillable.values().find((each) => each !== holder) ?? spillable.values().next().value
        if (victim === undefined) {
          await change()
          continue
        }
        spillable.delete(victim)
        // One that fails keeps its bytes, and its own caller learns why.
        await victim.spill().catch(() => undefined)
      }
      used += bytes
    },
    give(bytes) {
      used -= bytes
      released()
    },
    setSpillable(holder, isSpillable) {
      spillable.delete(holder)
      if (isSpillable) spillable.add(holder)
    },
    usedBytes: () => used,
  }
}
