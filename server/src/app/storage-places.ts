import { join, sep } from 'node:path'
import type { StorageConfig } from './storage-url.ts'

/** Classes that give no bytes before a restore was asked for, which takes hours: nothing here waits for that. */
const ARCHIVES = ['GLACIER', 'DEEP_ARCHIVE']

/**
 * What is wrong with the places of objects, taken together. Each lists what is in it and removes what it does not know:
 * one inside another would be taken for rubbish.
 */
export function faultsOfPlaces(places: {
  storage: StorageConfig
  coldStorage: StorageConfig | undefined
  oldStorage: StorageConfig | undefined
}): string[] {
  const named = [
    ['STORAGE_URL', places.storage],
    ['STORAGE_COLD_URL', places.coldStorage],
    ['STORAGE_OLD_URL', places.oldStorage],
  ] as const
  const faults: string[] = []
  for (const [i, [name, place]] of named.entries()) {
    if (place === undefined) continue
    if (place.kind === 's3' && ARCHIVES.includes(place.storageClass ?? ''))
      faults.push(
        `${name}: storageClass=${place.storageClass} gives no bytes at once; use one that does, such as STANDARD_IA or GLACIER_IR`,
      )
    for (const [other, otherPlace] of named.slice(0, i))
      if (otherPlace !== undefined && overlap(place, otherPlace))
        faults.push(`${name}: is the same place as ${other}, or one is inside the other; they must lie side by side`)
  }
  return faults
}

/** Whether one is the other, or is in it. */
export function overlap(one: StorageConfig, other: StorageConfig): boolean {
  if (one.kind === 'disk' && other.kind === 'disk') {
    const [a, b] = [join(one.folder, sep), join(other.folder, sep)]
    return a.startsWith(b) || b.startsWith(a)
  }
  if (one.kind !== 's3' || other.kind !== 's3') return false
  if (one.endpoint !== other.endpoint || one.bucket !== other.bucket) return false
  return one.prefix.startsWith(other.prefix) || other.prefix.startsWith(one.prefix)
}
