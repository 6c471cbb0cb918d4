import { thaw, tidyMoves, type Machines } from './moving.ts'
import * as store from './store.ts'

const AT_ONCE = 200

/** Brings everything back from the cold tier. Killed and begun again it goes on with what is left. */
export async function thawAll(
  machines: Machines,
  signal: AbortSignal,
  onProgress: (doneBytes: number, totalBytes: number) => void = () => undefined,
): Promise<{ blobs: number; bytes: number; left: number }> {
  const { db } = machines
  await tidyMoves(machines)
  const { bytes: totalBytes } = await store.countCold(db)
  let [blobs, bytes] = [0, 0]
  for (let after = ''; ;) {
    const cold = await store.listCold(db, after, AT_ONCE)
    for (const { id, sizeBytes } of cold) {
      if (signal.aborted) break
      if ((await thaw(machines, id, { signal }).catch(unlessAborted(signal))) !== 'moved') continue
      blobs += 1
      bytes += sizeBytes
      onProgress(bytes, totalBytes)
    }
    const last = cold.at(-1)
    if (last === undefined || signal.aborted) break
    after = last.id
  }
  return { blobs, bytes, left: (await store.countCold(db)).blobs }
}

const unlessAborted = (signal: AbortSignal) => (error: unknown) => {
  if (!signal.aborted) throw error
  return undefined
}
