import { phonePicture, type PhoneOptions } from './iphone.ts'
import { previewSize, rawFile, rawFormats, rawSize } from './raws.ts'
import type { Specimen } from './specimen.ts'

export const cameraSpecimens: readonly Specimen[] = [...byPhones(), ...rawFiles()]

/** Grids of tiles, with all that phones put beside them. */
function byPhones(): Specimen[] {
  const phone = (name: string, why: string, options: PhoneOptions): Specimen => ({
    name,
    why,
    make: () => phonePicture(options),
    outcome: 'ready',
    kind: 'image',
    mediaType: 'image/heic',
    widthPixels: options.widthPixels ?? 640,
    heightPixels: options.heightPixels ?? 480,
    isUpright: true,
  })
  return [
    ...([1, 3, 6, 8] as const).map((orientation) =>
      phone(`phone-${orientation}.heic`, 'tiles, turned by the container and by EXIF', { orientation }),
    ),
    phone('phone-maps.heic', 'a map of depth and a gain map', { hasDepth: true, hasGainMap: true }),
    phone('phone-mapped.heic', 'put together with its gain map', { hasGainMap: true, isToneMapped: true }),
    phone('phone-deep.heic', '10 bits, colours by numbers', { bits: 10, colours: 'nclx', orientation: 8 }),
    phone('phone-uneven.heic', 'tiles that are not filled', { widthPixels: 530, heightPixels: 700, tileSide: 128 }),
  ]
}

/** Shown by the preview in them. */
function rawFiles(): Specimen[] {
  return rawFormats.map((format): Specimen => {
    const { width, height } = format === 'raf' ? previewSize : rawSize
    return {
      name: `camera.${format}`,
      why: 'a raw file, the camera held upright',
      make: () => rawFile(format, { orientation: 8 }),
      outcome: 'ready',
      kind: 'image',
      widthPixels: height,
      heightPixels: width,
      isUpright: true,
    }
  })
}
