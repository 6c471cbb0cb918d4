/** A `photo` shows one image, a `series` any number of them in an order, a `clip` one short video. */
export const timelineEventKinds = ['photo', 'series', 'clip'] as const

/** What a timeline shows: what one looks at, rather than reads or listens to. */
export const timelineKinds = ['image', 'video'] as const
