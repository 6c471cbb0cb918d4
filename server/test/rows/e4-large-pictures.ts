import sharp from 'sharp'
import { phonePicture } from '../media/iphone.ts'
import { picture } from '../media/make.ts'
import { explode, type Exploded } from './e4-bombs.ts'

const enlarged = (width: number, height: number) => {
  const { rgb, widthPixels, heightPixels } = picture(800, 600)
  return sharp(rgb, { raw: { width: widthPixels, height: heightPixels, channels: 3 } }).resize(width, height, {
    fit: 'fill',
  })
}

const pictures: readonly (readonly [name: string, make: () => Promise<Buffer>])[] = [
  ['HEIC of 48 megapixels in tiles', () => phonePicture({ widthPixels: 8064, heightPixels: 6048, tileSide: 512 })],
  [
    'HEIC of 48 megapixels in tiles of 10 bits, turned',
    () => phonePicture({ widthPixels: 6048, heightPixels: 8064, tileSide: 512, bits: 10, orientation: 6 }),
  ],
  ['AVIF of 48 megapixels in one piece', () => enlarged(8064, 6048).avif({ effort: 0 }).toBuffer()],
  ['interlaced PNG of 100 megapixels', () => enlarged(10_000, 10_000).png({ progressive: true }).toBuffer()],
  ['progressive JPEG of 50 megapixels', () => enlarged(8160, 6120).jpeg({ progressive: true }).toBuffer()],
]

/** E4: the largest pictures that people take, each through the renderer with default limits. */
export const renderLarge = (): Promise<Exploded[]> => explode(pictures)
