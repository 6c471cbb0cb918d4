import type { Kind } from '@trove/contract/media-types'
import type { ProblemKind } from '@trove/contract/problems'

/** A file that Trove may be given, and what must become of it. */
export type Specimen = {
  /** Also the name it is uploaded under: its extension is part of the case. Unique. */
  name: string
  why: string
  make: () => Buffer | Promise<Buffer>
  /**
   * `ready`: accepted and shown. `failed`: accepted, cannot be shown, the original stays. `refused`: never becomes a file.
   * `settled`: ready or failed, both are right, and soon; it hangs nothing and takes nothing else along.
   */
  outcome: 'ready' | 'failed' | 'refused' | 'settled'
  /** With `refused`. */
  problem?: ProblemKind
  kind?: Kind
  mediaType?: string
  /** As shown: orientation and rotation applied. */
  widthPixels?: number
  heightPixels?: number
  /** To within 120 ms: encoders add and cut a frame at the ends. */
  durationMs?: number
  pages?: number
  /** Every still picture made of it has the `corners` of `picture`. */
  isUpright?: boolean
  isAnimated?: boolean
  /** Carries the `privateWords` and a position. */
  isPrivate?: boolean
  /** Takes seconds to make or to process: left out of the quick run. */
  isSlow?: boolean
}
