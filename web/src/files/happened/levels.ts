/** How closely the timeline is looked at. */
export const levels = ['day', 'month', 'year'] as const
export type Level = (typeof levels)[number]
