import type { KnownBytes } from '@trove/contract/known-bytes'
import type { Hasher } from './hasher.ts'

/** A file that waits for its turn. */
export type Waiting = { key: string; file: Blob; organizationId: string }

type KnownPlatform = {
  sha256: Hasher['sha256']
  find(organizationId: string, bytes: { sha256: string; sizeBytes: number }): Promise<KnownBytes>
  add(organizationId: string, claim: Claim): Promise<Added>
}

type Claim = Named & { challenge: string; answer: string }
type Named = { filename: string; filetype?: string; folderId?: string; uploadSessionId?: string }
type Added = { uploadId: string; fileId: string }

export type Known = ReturnType<typeof createKnown>

/** What was found out of a file while it waited. */
type Found = { sha256: string | undefined; isKnown: boolean }

/**
 * Finds out, while files wait, which of them the server has already, and adds those without sending them. Nothing that
 * could be sent waits for it, and where anything of it fails the file is sent as any other.
 */
export function createKnown({ sha256, find, add }: KnownPlatform) {
  const found = new Map<string, Found>()
  let looking: { key: string; stop: AbortController } | undefined
  let isLooking = false
  /** How far ahead of the queue to look: nearer ones are sent sooner than they are read. */
  let ahead = 0

  async function look({ key, file, organizationId }: Waiting): Promise<void> {
    const stop = new AbortController()
    looking = { key, stop }
    const about: Found = { sha256: undefined, isKnown: false }
    found.set(key, about)
    const hash = await sha256([file], true, stop.signal)
    looking = undefined
    if (stop.signal.aborted) ahead = ahead * 2 + 1
    if (hash === undefined || stop.signal.aborted) return
    about.sha256 = hash
    const answer = await find(organizationId, { sha256: hash, sizeBytes: file.size }).catch(() => undefined)
    about.isKnown = answer?.isKnown === true
  }

  return {
    /**
     * Looks at one file after another until none is left. Never rejects.
     *
     * @param next  one that was not looked at, the given number of places down the queue or, if there is none, nearer
     */
    async foresee(next: (isNew: (key: string) => boolean, ahead: number) => Waiting | undefined): Promise<void> {
      if (isLooking) return
      isLooking = true
      for (;;) {
        const waiting = next((key) => !found.has(key), ahead)
        if (waiting === undefined) break
        await look(waiting)
      }
      isLooking = false
    },

    /** Its turn has come: what is not known of it by now is not waited for. */
    begin(key: string): void {
      if (looking?.key === key) looking.stop.abort()
    },

    hashOf: (key: string) => found.get(key)?.sha256,

    /** Adds a file without sending it. @returns undefined when it has to be sent */
    async add({ key, file, organizationId }: Waiting, named: Named, signal: AbortSignal): Promise<Added | undefined> {
      const about = found.get(key)
      if (about?.sha256 === undefined || !about.isKnown) return undefined
      const hash = about.sha256
      // Whatever comes of it, it is tried once.
      about.isKnown = false
      // Asked again, for the answer is good for some minutes only.
      const { proof } = await find(organizationId, { sha256: hash, sizeBytes: file.size })
      if (proof === undefined) return undefined
      const parts = proof.ranges.map(({ first, last }) => file.slice(first, last + 1))
      const answer = await sha256([new Blob([bytesOf(proof.nonce)]), ...parts], false, signal)
      if (answer === undefined || signal.aborted) return undefined
      return add(organizationId, { ...named, challenge: proof.challenge, answer })
    },

    /** It has been sent, or will be sent anew: what is true of it now may be something else. */
    forget(key: string): void {
      found.delete(key)
    },
    stop(): void {
      looking?.stop.abort()
      found.clear()
    },
  }
}

const bytesOf = (hexadecimal: string) => Uint8Array.from(hexadecimal.match(/../g) ?? [], (two) => parseInt(two, 16))
