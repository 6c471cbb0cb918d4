import type { File } from '@trove/contract/files'
import { extensionOf } from '../lib/format.ts'

type Kind = File['kind']

/** Kinds in the words of the filter. */
export const kindNames: Record<Kind, string> = {
  image: 'Images',
  video: 'Videos',
  audio: 'Audio',
  document: 'Documents',
  text: 'Text',
  archive: 'Archives',
  design: 'Design files',
  executable: 'Programs',
  script: 'Scripts',
  other: 'Other files',
}

/** `JPEG image`, `MP4 video`, `PDF document`: what a person calls one file. */
export function typeName({ kind, name, mediaType }: Pick<File, 'kind' | 'name' | 'mediaType'>): string {
  const short = SHORT[mediaType] ?? extensionOf(name)
  return short === '' ? KIND[kind] : `${short} ${KIND[kind].toLowerCase()}`
}

const SHORT: Record<string, string> = {
  'image/jpeg': 'JPEG',
  'image/tiff': 'TIFF',
  'video/quicktime': 'QuickTime',
  'text/markdown': 'Markdown',
  'image/svg+xml': 'SVG',
}

const KIND: Record<Kind, string> = {
  image: 'Image',
  video: 'Video',
  audio: 'Audio',
  document: 'Document',
  text: 'Text',
  archive: 'Archive',
  design: 'Design file',
  executable: 'Program',
  script: 'Script',
  other: 'File',
}

/** Kinds that have a picture of themselves once processed. */
export function mayHavePicture({ kind, mediaType }: Pick<File, 'kind' | 'mediaType'>): boolean {
  return kind === 'image' || kind === 'video' || mediaType === 'application/pdf'
}
