import { knownType } from '@trove/contract/media-types'
import type { ObjectFamily } from '../../platform/objects/index.ts'

/** Where an object made of a file of a type is kept. */
export const familyOfType = (mediaType: string): ObjectFamily =>
  mediaType.startsWith('image/') ? 'photos' : mediaType.startsWith('video/') ? 'videos' : 'files'

export const extensionOfType = (mediaType: string): string => knownType(mediaType)?.extensions[0] ?? 'bin'
