/** Answers of one kind, each read once for all who ask for the same at the same moment. */
export type Sharing<T extends object> = {
  /**
   * Reads, or joins the next reading of the same key. Nobody joins one that has begun: whoever asks hears of everything
   * that was committed before they asked.
   *
   * @param key  everything that the answer depends on, who asks included
   */
  read(key: string, read: () => Promise<T>): Promise<T>
}

type Turn<T> = { running: Promise<unknown>; next?: Promise<T> }

/** When an event makes a hundred pages ask for the same list, the database is asked twice. */
export function createSharing<T extends object>(): Sharing<T> {
  const turns = new Map<string, Turn<T>>()

  function begin(key: string, read: () => Promise<T>): Promise<T> {
    const reading = read()
    const turn: Turn<T> = { running: reading }
    turns.set(key, turn)
    const end = () => {
      if (turn.next === undefined) turns.delete(key)
    }
    reading.then(end, end)
    return reading
  }

  return {
    read(key, read) {
      const turn = turns.get(key)
      if (turn === undefined) return begin(key, read)
      turn.next ??= turn.running.then(ignore, ignore).then(async () => {
        const answer = await begin(key, read)
        shared.add(answer)
        return answer
      })
      return turn.next
    },
  }
}

const shared = new WeakSet<object>()
const written = new WeakMap<object, Buffer>()

/** The bytes of an answer that goes to many, written once; undefined when it goes to one. */
export function writeShared(answer: unknown, write: (answer: object) => string): Buffer | undefined {
  if (typeof answer !== 'object' || answer === null || !shared.has(answer)) return undefined
  const bytes = written.get(answer) ?? Buffer.from(write(answer))
  written.set(answer, bytes)
  return bytes
}

const ignore = () => undefined
