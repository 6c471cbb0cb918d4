/**
 * An answer that was asked for before something happened to a file may arrive after the news of it: it then shows a file
 * as it no longer is, and nothing would ever say so again. Whoever puts an answer in its place asks here which of its
 * files were overtaken.
 */
const heard = new Map<string, number>()
const REMEMBERED = 5_000

/** Remembers that something was just said of a file. */
export function hearOfFile(fileId: string): void {
  heard.delete(fileId)
  heard.set(fileId, performance.now())
  for (const [oldest] of heard) {
    if (heard.size <= REMEMBERED) break
    heard.delete(oldest)
  }
}

const listeners = new Set<(fileId: string) => void>()

/** Is told each file that is shown by an answer older than the news of it, until the function returned is called. */
export function onOvertaken(listener: (fileId: string) => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/**
 * @param isHere   whether the answer just put in its place has the file
 * @param askedAt  when that answer was asked for, by `performance.now()`
 */
export function tellOvertaken(isHere: (fileId: string) => boolean, askedAt: number): void {
  const overtaken = [...heard].filter(([fileId, at]) => at >= askedAt && isHere(fileId))
  for (const [fileId] of overtaken) for (const listener of listeners) listener(fileId)
}
