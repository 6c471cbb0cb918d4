import { sizedSides, type SizedSide } from '@trove/contract/sizes'

/** Pictures that are decoded in one go to whatever size is wanted. */
const DRAWN =
  /^(image\/(jpeg|png|webp|gif|avif|heic|tiff|svg\+xml|vnd\.adobe\.photoshop|x-(canon-cr[23]|nikon-nef|sony-arw|adobe-dng|fuji-raf|olympus-orf|panasonic-rw2|pentax-pef))|application\/dicom)$/

export const isDrawn = (mediaType: string): boolean => DRAWN.test(mediaType)

const HOUR_MS = 3_600_000

/** The sizes that a picture can be had in: never larger than it is. */
export function sidesOf(picture: {
  mediaType: string
  widthPixels: number | null
  heightPixels: number | null
}): SizedSide[] {
  if (!isDrawn(picture.mediaType)) return []
  const longest = Math.max(picture.widthPixels ?? 0, picture.heightPixels ?? 0)
  return sizedSides.filter((side) => side < longest)
}

/** The same for everybody within an hour, so that browsers keep what they have; at least an hour ahead. */
export const expiryOf = (now: Date): Date => new Date((Math.floor(now.getTime() / HOUR_MS) + 2) * HOUR_MS)
