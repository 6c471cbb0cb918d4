/** What kind of file it is; organizations allow or refuse by it, and the library filters by it. */
export const categories = [
  'image',
  'video',
  'audio',
  'document',
  'text',
  'archive',
  'design',
  'executable',
  'script',
  'other',
] as const
export type Category = (typeof categories)[number]

/** Accepted unless the organization says otherwise. `other` is kept as an opaque download. */
export const defaultCategories: readonly Category[] = [
  'image',
  'video',
  'audio',
  'document',
  'text',
  'archive',
  'design',
  'other',
]
