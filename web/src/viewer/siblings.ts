/** What stands beside the open file in the list it was opened from; all of it may be unknown, as on a cold load. */
export type Siblings = {
  previousId?: string | undefined
  nextId?: string | undefined
  /** Counted from 1. */
  position?: number | undefined
  count?: number | undefined
}
