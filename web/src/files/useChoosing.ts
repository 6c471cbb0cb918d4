import { useCallback, useState } from 'react'
import { add, everythingOf, isChosen, leaveOut, NOTHING, toggle, type Chosen } from './chosen.ts'
import type { Listing } from './listing/listing.ts'

export type Choosing = {
  chosen: Chosen
  /** Everything that matches. */
  chooseAll: () => void
  clear: () => void
  /** Chooses or leaves out one; the next range begins here. */
  toggleAt: (index: number) => void
  /** Chooses everything from where the last choice was made. */
  extendTo: (index: number) => void
  /** What a box drawn over the grid touches. */
  sweep: (indexes: readonly number[], isAdding: boolean) => void
}

/** What is chosen in one listing. */
export function useChoosing(listing: Listing): Choosing {
  const [state, setState] = useState<{ listing: Listing; chosen: Chosen; anchor: number }>({
    listing,
    chosen: NOTHING,
    anchor: 0,
  })
  // Another filter shows other files: nothing unseen stays chosen.
  if (state.listing !== listing) setState({ listing, chosen: NOTHING, anchor: 0 })

  const idsAt = useCallback(
    (indexes: readonly number[]) =>
      indexes.flatMap((index) => listing.fileAt(index)?.id ?? listing.idAt?.(index) ?? []),
    [listing],
  )
  const chooseAll = useCallback(() => {
    const { count, isCounting } = listing.view.get()
    const chosen = everythingOf(isCounting === true ? undefined : count, (index) => listing.fileAt(index)?.id)
    setState((now) => ({ ...now, chosen }))
  }, [listing])
  const clear = useCallback(() => setState((now) => ({ ...now, chosen: NOTHING })), [])
  const toggleAt = useCallback(
    (index: number) => {
      const id = listing.fileAt(index)?.id
      if (id !== undefined) setState((now) => ({ ...now, chosen: toggle(now.chosen, id), anchor: index }))
    },
    [listing],
  )
  const extendTo = useCallback(
    (index: number) =>
      setState((now) => {
        const [from, to] = index < now.anchor ? [index, now.anchor] : [now.anchor, index]
        const ids = idsAt(Array.from({ length: to - from + 1 }, (_, i) => from + i))
        const anchorId = listing.fileAt(now.anchor)?.id
        const isLeavingOut = anchorId !== undefined && now.chosen.kind === 'all' && !isChosen(now.chosen, anchorId)
        return { ...now, chosen: isLeavingOut ? leaveOut(now.chosen, ids) : add(now.chosen, ids) }
      }),
    [idsAt, listing],
  )
  const sweep = useCallback(
    (indexes: readonly number[], isAdding: boolean) =>
      setState((now) => {
        const ids = idsAt(indexes)
        return {
          ...now,
          chosen: isAdding ? add(now.chosen, ids) : { kind: 'some', ids: new Set(ids) },
          anchor: indexes[0] ?? now.anchor,
        }
      }),
    [idsAt],
  )

  return { chosen: state.listing === listing ? state.chosen : NOTHING, chooseAll, clear, toggleAt, extendTo, sweep }
}
