import type { SpaceDimension, SpaceNote, SpacePart } from '@trove/contract/space'

type Part = SpacePart['part']

export const partNames: Record<Part, string> = {
  live: 'Files',
  older: 'Older versions',
  trash: 'Trash',
  variants: 'Previews',
  'bare-copies': 'Copies without metadata',
  unfinished: 'Unfinished uploads',
  waiting: 'Deleted, not yet swept',
}

export const partLeads: Record<Part, string> = {
  live: 'What everybody sees: the current version of each file.',
  older: 'Earlier versions that are kept beside the current one.',
  trash: 'Counts until it is deleted for good.',
  variants: 'Thumbnails and previews. They do not count.',
  'bare-copies': 'Made for links that give away no metadata. They do not count.',
  unfinished: 'What has arrived of uploads that go on. All of their room is set aside.',
  waiting: 'Does not count any more, and goes with the next sweep.',
}

/** Of the parts, those that count against the limit. */
export const chargedParts: readonly Part[] = ['live', 'older', 'trash']

export const partColours: Record<Part, string> = {
  live: 'bg-accent',
  older: 'bg-notice',
  trash: 'bg-warning',
  variants: 'bg-success',
  'bare-copies': 'bg-success/60',
  unfinished: 'bg-line-strong',
  waiting: 'bg-ink-faint',
}

export const noteWords: Record<SpaceNote['note'], (bytes: string) => string> = {
  deduplicated: (bytes) => `${bytes} were not kept a second time: the same bytes are stored once.`,
  cold: (bytes) => `${bytes} of it are in the cold tier.`,
}

export const dimensionNames: Record<SpaceDimension, string> = {
  file: 'Files',
  kind: 'Kinds',
  person: 'People',
  folder: 'Folders',
}
