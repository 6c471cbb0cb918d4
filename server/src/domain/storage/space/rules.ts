import { spaceParts, type Space, type SpacePart, type SpaceShare } from '@trove/contract/space'
import { Problem } from '../../../platform/problem.ts'
import type { ShareRow, Standing } from './store.ts'

const MINUTE_MS = 60_000
/** Up to so many files are measured while somebody waits for it; more of them by a job. */
export const FEW_FILES = 20_000
/** What was measured within this time is told as it is. */
const FRESH_MS = { few: MINUTE_MS, many: 60 * MINUTE_MS }

export const isStale = (measuredAt: Date | null, fileCount: number, now = Date.now()): boolean =>
  measuredAt === null || now - measuredAt.getTime() > (fileCount <= FEW_FILES ? FRESH_MS.few : FRESH_MS.many)

/** Every part in its order, those of nothing included. */
export const allParts = (measured: readonly SpacePart[]): SpacePart[] =>
  spaceParts.map((part) => measured.find((each) => each.part === part) ?? { part, bytes: 0, count: 0 })

export const heldBytes = (parts: readonly SpacePart[]): number => parts.reduce((sum, { bytes }) => sum + bytes, 0)

export function presentSpace(
  organizationId: string,
  standing: Standing,
  view: { isSupervisor: boolean; isMeasuring: boolean },
): Space {
  const { limitBytes, usedBytes, reservedBytes, fileCount, measuredAt, measured } = standing
  return {
    organizationId,
    limitBytes,
    usedBytes,
    reservedBytes,
    freeBytes: Math.max(0, limitBytes - usedBytes - reservedBytes),
    fileCount,
    isReadOnly: usedBytes > limitBytes,
    isMeasuring: view.isMeasuring,
    ...(measuredAt !== null && { measuredAt: measuredAt.toISOString() }),
    ...(view.isSupervisor && measured !== null && { parts: allParts(measured.parts), notes: measured.notes }),
    ...(measuredAt !== null && { own: { bytes: standing.ownBytes ?? 0, fileCount: standing.ownFiles ?? 0 } }),
  }
}

export const presentShare = (row: ShareRow): SpaceShare => ({
  key: row.key,
  bytes: row.bytes,
  fileCount: row.fileCount,
  ...(row.name !== null && { name: row.name }),
  ...(row.kind !== null && { kind: row.kind }),
  ...(row.trashedAt !== null && { isTrashed: true }),
  ...(row.ownerName !== null && { ownerName: row.ownerName }),
})

/** A place in a list by size: the size and, because sizes repeat, the key. */
export const cursorAt = ({ bytes, key }: { bytes: number; key: string }): string => `${bytes}.${key}`

/** @throws invalid-request */
export function readCursor(cursor: string | undefined): { bytes: number; key: string } | undefined {
  if (cursor === undefined) return undefined
  const [, bytes = '', key = ''] = /^(\d{1,15})\.([a-z0-9-]{1,60})$/.exec(cursor) ?? []
  if (key === '') throw new Problem('invalid-request', 'The cursor must be the `next` of a page before.')
  return { bytes: Number(bytes), key }
}
