import { isDeepStrictEqual } from 'node:util'
import type { S3 } from './s3-client.ts'
import { readManifest, type Manifest } from './s3-manifest.ts'
import { drop, hasFailed, type Staged } from './s3-staged.ts'

/** For so long bytes stay in memory that nobody has open: the finish, or the next request, is most often close behind. */
const HELD_MS = 15_000

type Entry = { staged: Staged; opens: number; timer: NodeJS.Timeout | undefined }

/** What this process has in memory of uploads on their way. */
export function createHeld(s3: S3) {
  const entries = new Map<string, Entry>()

  const forget = async (id: string) => {
    const entry = entries.get(id)
    if (entry === undefined) return
    clearTimeout(entry.timer)
    entries.delete(id)
    await drop(entry.staged)
  }

  return {
    forget,
    get: (id: string): Entry | undefined => entries.get(id),

    /**
     * What is in memory, if it is still what the store has: another process may have gone on meanwhile. Of what was never
     * flushed nobody else can know.
     */
    async find(id: string): Promise<{ entry: Entry | undefined; manifest: Manifest | undefined }> {
      const entry = entries.get(id)
      const known = entry?.staged.manifest
      const isNowhereElse = known === undefined && (entry?.staged.endBytes ?? 0) > 0
      if (entry !== undefined && (entry.opens > 0 || isNowhereElse)) return { entry, manifest: known }
      const manifest = await readManifest(s3, id)
      if (entry === undefined || isSame(manifest, known)) return { entry, manifest }
      await forget(id)
      return { entry: undefined, manifest }
    },

    /** One more who uses it. @returns to be called when they no longer do */
    open(staged: Staged): () => void {
      const { id } = staged
      const entry = entries.get(id) ?? { staged, opens: 0, timer: undefined }
      clearTimeout(entry.timer)
      entry.opens += 1
      entries.set(id, entry)
      return () => {
        entry.opens -= 1
        if (entry.opens > 0 || entries.get(id) !== entry) return
        const end = () => void forget(id).catch(() => undefined)
        if (staged.tail.sizeBytes() > 0 && !hasFailed(staged)) entry.timer = setTimeout(end, HELD_MS).unref()
        else end()
      }
    },
  }
}

/** As they are written: what is undefined is not there. */
const isSame = (one: Manifest | undefined, other: Manifest | undefined): boolean =>
  isDeepStrictEqual(plain(one), plain(other))

const plain = (manifest: Manifest | undefined): unknown => manifest && JSON.parse(JSON.stringify(manifest))
