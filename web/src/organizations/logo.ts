const LONGEST_PIXELS = 512

/**
 * A picture as small as a logo need be, in base64: whatever its size was, it can be sent.
 *
 * @throws Error  this browser cannot read it
 */
export async function smallPicture(file: Blob): Promise<string> {
  const bitmap = await createImageBitmap(file).catch(() => {
    throw new Error('This browser cannot read the picture. Choose a PNG, JPEG or WebP.')
  })
  const scale = Math.min(1, LONGEST_PIXELS / Math.max(bitmap.width, bitmap.height))
  const canvas = document.createElement('canvas')
  canvas.width = Math.max(1, Math.round(bitmap.width * scale))
  canvas.height = Math.max(1, Math.round(bitmap.height * scale))
  canvas.getContext('2d')?.drawImage(bitmap, 0, 0, canvas.width, canvas.height)
  bitmap.close()
  // WebP where the browser can write it, and PNG elsewhere: both keep what is transparent.
  return canvas.toDataURL('image/webp', 0.9).split(',')[1] ?? ''
}
