/** What kind of file it is; organizations allow or refuse by it, and the library filters by it. */
export const kinds = [
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
export type Kind = (typeof kinds)[number]

/** Accepted unless the organization says otherwise. `other` is kept as an opaque download. */
export const defaultKinds: readonly Kind[] = [
  'image',
  'video',
  'audio',
  'document',
  'text',
  'archive',
  'design',
  'other',
]
