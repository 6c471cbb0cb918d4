import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parentPort, workerData } from 'node:worker_threads'
import sharp from 'sharp'
import { withExif } from '../exif.ts'
import { photos, type Photo } from './roster.ts'

// A thread that takes photographs: told the number of one, it writes it to the folder and says so.
const { folder } = workerData as { folder: string }

parentPort?.on('message', (index: number) => {
  const photo = photos[index]
  if (photo === undefined) throw new RangeError(`there is no photograph ${index}`)
  void taken(photo)
    .then((bytes) => writeFile(join(folder, photo.name), bytes))
    .then(() => parentPort?.postMessage(index))
})

async function taken(photo: Photo): Promise<Buffer> {
  const { widthPixels: width, heightPixels: height } = photo
  const developed = sharp(photo.draw(width, height), { raw: { width, height, channels: 3 } })
  const stored = photo.isTurned ? developed.rotate(270) : developed
  const jpeg = await stored.jpeg({ quality: 86, mozjpeg: false }).toBuffer()
  return withExif(jpeg, { ...photo.facts, orientation: photo.isTurned ? 6 : 1 })
}
