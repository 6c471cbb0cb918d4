/** What can be wrong with the bytes of a blob. */
export type Damage = 'missing' | 'changed' | 'unreadable'

export type Fault = {
  /** `orphan`: an object that no row mentions. */
  kind: Damage | 'orphan'
  /** What the object is: the original of a blob, or something made of it, which is made again. */
  of: 'original' | 'variant' | 'bare copy' | 'nothing'
  objectKey: string
  blobId?: string
  organizationId?: string
  sizeBytes?: number
}

/** Which blobs are read: all, those of one organization, or so many of a hundred chosen by chance. */
export type Scope = { organizationId?: string | undefined; samplePercent?: number | undefined }

export const isAll = ({ organizationId, samplePercent }: Scope): boolean =>
  organizationId === undefined && samplePercent === undefined

/** Whether what was read is what was written down. A size alone decides while no hash is known. */
export function isSame(
  found: { sha256: Uint8Array; sizeBytes: number },
  recorded: { sha256: Uint8Array | null; sizeBytes: number },
): boolean {
  if (found.sizeBytes !== recorded.sizeBytes) return false
  return recorded.sha256 === null || Buffer.compare(found.sha256, recorded.sha256) === 0
}

/** In how many nights all of it has been read, at this rate. */
export const nightsFor = (bytes: number, bytesPerSecond: number, nightMs: number): number =>
  Math.ceil(bytes / (bytesPerSecond * (nightMs / 1000)))

export const damageWords: Readonly<Record<Damage, string>> = {
  missing: 'The stored bytes of this file are missing.',
  changed: 'The stored bytes of this file are not the ones that were uploaded.',
  unreadable: 'The stored bytes of this file cannot be read.',
}
