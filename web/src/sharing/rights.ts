import type { Right } from '@trove/contract/access'

/** Rights as people put them together, the least first. */
export const presets = ['view', 'download', 'comment', 'edit', 'share'] as const
export type Preset = (typeof presets)[number]

export const presetRights: Record<Preset, readonly Right[]> = {
  view: ['read'],
  download: ['read', 'download'],
  comment: ['read', 'comment'],
  edit: ['read', 'comment', 'download', 'write'],
  share: ['read', 'comment', 'download', 'write', 'share'],
}

export const presetNames: Record<Preset, string> = {
  view: 'Can view',
  download: 'Can view and download',
  comment: 'Can comment',
  edit: 'Can edit',
  share: 'Can share',
}

export const presetHints: Record<Preset, string> = {
  view: 'on the page alone',
  download: 'originals too',
  comment: 'without originals',
  edit: 'add, rename, move, trash',
  share: 'edit and give to others',
}

export const rightNames: Record<Right, string> = {
  read: 'See it',
  comment: 'Comment',
  download: 'Download originals',
  write: 'Change: add, rename, move, trash',
  share: 'Share with others',
}

const VERBS: Record<Right, string> = {
  read: 'view',
  comment: 'comment',
  download: 'download',
  write: 'edit',
  share: 'share',
}
const ORDER: readonly Right[] = ['read', 'download', 'comment', 'write', 'share']

/** The preset that is just these rights; undefined when they are put together otherwise. */
export function presetOf(rights: readonly Right[]): Preset | undefined {
  return presets.find(
    (one) => presetRights[one].length === rights.length && presetRights[one].every((right) => rights.includes(right)),
  )
}

/** Presets of which the person holds every right: nobody gives more than they have. */
export function presetsWithin(held: readonly Right[]): Preset[] {
  return presets.filter((one) => presetRights[one].every((right) => held.includes(right)))
}

/** Rights that are held on each of several things. */
export function heldOnAll(resources: readonly { rights: readonly Right[] }[]): Right[] {
  return ORDER.filter((right) => resources.every((one) => one.rights.includes(right)))
}

/** `view`, `view and download`, `view, download, comment and edit`, `do everything`. */
export function verbsOf(rights: readonly Right[]): string {
  if (ORDER.every((right) => rights.includes(right))) return 'do everything'
  const verbs = ORDER.filter((right) => right === 'read' || rights.includes(right)).map((right) => VERBS[right])
  const last = verbs.at(-1) ?? ''
  return verbs.length < 2 ? last : `${verbs.slice(0, -1).join(', ')} and ${last}`
}

/** Reading comes with every other right. */
export function withRight(rights: readonly Right[], right: Right, isOn: boolean): Right[] {
  const wanted = new Set<Right>(['read', ...rights])
  if (isOn) wanted.add(right)
  else if (right !== 'read') wanted.delete(right)
  return ORDER.filter((one) => wanted.has(one))
}
