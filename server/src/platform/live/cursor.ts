/**
 * A place in the feed: the transaction and the row within it. Written `<xid>-<id>`.
 * The order is (xid, id) and nothing at or above the oldest open transaction is read,
 * so what is behind a cursor is complete.
 */
export type Cursor = { xid: bigint; id: number }

const FORM = /^(\d{1,20})-(\d{1,15})$/

export function parseCursor(text: string): Cursor | undefined {
  const [, xid, id] = FORM.exec(text) ?? []
  return xid === undefined || id === undefined ? undefined : { xid: BigInt(xid), id: Number(id) }
}

export const formatCursor = ({ xid, id }: Cursor) => `${xid}-${id}`

export function isAfter(a: Cursor, b: Cursor): boolean {
  return a.xid > b.xid || (a.xid === b.xid && a.id > b.id)
}
