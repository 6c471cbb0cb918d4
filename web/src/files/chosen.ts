import type { FileFilter, Selection } from '@trove/contract/files'

/** What a request can name one by one. */
const AT_MOST = 1000

/** Some files, or all that match but for some. Also those that match and are not drawn. */
export type Chosen = { kind: 'some'; ids: ReadonlySet<string> } | { kind: 'all'; exceptIds: ReadonlySet<string> }

export const NOTHING: Chosen = { kind: 'some', ids: new Set() }
export const EVERYTHING: Chosen = { kind: 'all', exceptIds: new Set() }

/** Each of so many can be given away, moved and made an event of, which needs every one of them by name. */
const NAMED_AT_MOST = 500

/**
 * Everything that matches: each by name where all of them are here and few, so that all that is done with some can be done.
 *
 * @param total  how many match; undefined while that is being counted
 */
export function everythingOf(total: number | undefined, idAt: (index: number) => string | undefined): Chosen {
  if (total === undefined || total > NAMED_AT_MOST) return EVERYTHING
  const ids = new Set<string>()
  for (let index = 0; index < total; index += 1) {
    const id = idAt(index)
    if (id === undefined) return EVERYTHING
    ids.add(id)
  }
  return { kind: 'some', ids }
}

export function isChosen(chosen: Chosen, id: string): boolean {
  return chosen.kind === 'some' ? chosen.ids.has(id) : !chosen.exceptIds.has(id)
}

/** @param total  how many match */
export function countChosen(chosen: Chosen, total: number): number {
  return chosen.kind === 'some' ? chosen.ids.size : Math.max(0, total - chosen.exceptIds.size)
}

export function toggle(chosen: Chosen, id: string): Chosen {
  return isChosen(chosen, id) ? leaveOut(chosen, [id]) : add(chosen, [id])
}

export function add(chosen: Chosen, ids: Iterable<string>): Chosen {
  if (chosen.kind === 'all') return { kind: 'all', exceptIds: without(chosen.exceptIds, ids) }
  return { kind: 'some', ids: new Set([...chosen.ids, ...ids]) }
}

export function leaveOut(chosen: Chosen, ids: Iterable<string>): Chosen {
  if (chosen.kind === 'all') return { kind: 'all', exceptIds: new Set([...chosen.exceptIds, ...ids]) }
  return { kind: 'some', ids: without(chosen.ids, ids) }
}

/** As the contract says it: in as many requests as it takes. */
export function selectionsOf(chosen: Chosen, filter: FileFilter): Selection[] {
  if (chosen.kind === 'all') return [{ filter, exceptIds: [...chosen.exceptIds].slice(0, AT_MOST) }]
  const ids = [...chosen.ids]
  return Array.from({ length: Math.ceil(ids.length / AT_MOST) }, (_, i) => ({
    fileIds: ids.slice(i * AT_MOST, (i + 1) * AT_MOST),
  }))
}

function without(ids: ReadonlySet<string>, gone: Iterable<string>): Set<string> {
  const left = new Set(ids)
  for (const id of gone) left.delete(id)
  return left
}
