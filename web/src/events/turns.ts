/** Of each event whose pictures are being changed: what settles when the last of the changes has arrived. */
const turns = new Map<string, Promise<unknown>>()

/** Changes an event's pictures after every change before this one: what is moved next stands beside what was moved before. */
export function inTurn<T>(eventId: string, change: () => Promise<T>): Promise<T> {
  const turn = (turns.get(eventId) ?? Promise.resolve()).then(change)
  const settled: Promise<void> = turn
    .then(
      () => undefined,
      () => undefined,
    )
    .then(() => void (turns.get(eventId) === settled && turns.delete(eventId)))
  turns.set(eventId, settled)
  return turn
}

/** Resolves when no change is on its way: what is read before that would show an order that has been left behind. */
export async function changesArrived(eventId: string): Promise<void> {
  for (let last = turns.get(eventId); last !== undefined; last = turns.get(eventId)) await last
}
