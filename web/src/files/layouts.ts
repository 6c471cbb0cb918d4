/** How files are shown: justified as they are, as squares, as lines. */
export const layouts = ['grid', 'square', 'list'] as const
export type Layout = (typeof layouts)[number]
