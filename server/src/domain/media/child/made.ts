import type { RenderedVariant } from '../rendering.ts'

/** What a maker gives back. `facts`: plain values only. */
export type Made = { variants: RenderedVariant[]; facts: Record<string, unknown> }
