import type { ProblemKind } from '@trove/contract/problems'

/**
 * A refusal the caller can act on. Domain code throws it by kind and knows no
 * HTTP; anything else that is thrown is a fault, logged whole and told as `internal`.
 */
export class Problem extends Error {
  readonly kind: ProblemKind
  readonly members: Readonly<Record<string, unknown>>

  /** @param detail  one plain sentence or two: what happened, and what would be right */
  constructor(kind: ProblemKind, detail: string, members: Readonly<Record<string, unknown>> = {}) {
    super(detail)
    this.name = 'Problem'
    this.kind = kind
    this.members = members
  }
}
