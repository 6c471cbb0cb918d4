import { cameraSpecimens } from './catalogue-cameras.ts'
import { documentSpecimens } from './catalogue-documents.ts'
import { hostileSpecimens } from './catalogue-hostile.ts'
import { imageSpecimens } from './catalogue-images.ts'
import { recordingSpecimens } from './catalogue-recordings.ts'
import type { Specimen } from './specimen.ts'

/** Every specimen, with the outcome that must be seen when it is uploaded to an organization with the default allow-list. */
export const catalogue: readonly Specimen[] = [
  ...imageSpecimens,
  ...recordingSpecimens,
  ...documentSpecimens,
  ...hostileSpecimens,
  ...cameraSpecimens,
]
export type { Specimen }
