// The limit of bench/media.ts: sharp alone. One decoding, then each size from the one above, kept in memory.
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import sharp, { type Sharp } from 'sharp'

const [folder = '', count = '0'] = process.argv.slice(2)
const EFFORT = 3

sharp.cache(false)
sharp.concurrency(1)
const queue = Array.from({ length: Number(count) }, (_, i) => join(folder, `${i}.jpg`))
const render = async () => {
  for (let path = queue.shift(); path !== undefined; path = queue.shift()) await renderAll(path)
}
await renderAll(queue[0] ?? '')
const began = performance.now()
await Promise.all(Array.from({ length: availableParallelism() }, render))
process.send?.((performance.now() - began) / 1000)

async function renderAll(path: string): Promise<void> {
  const large = await shrink(sharp(path).autoOrient(), 1200)
  const medium = await shrink(large, 800)
  const thumbnail = await shrink(medium, 200)
  await Promise.all(
    [large, medium, thumbnail].map((source, i) =>
      source
        .clone()
        .webp({ effort: EFFORT, quality: [82, 80, 75][i] ?? 75 })
        .toBuffer(),
    ),
  )
}

async function shrink(source: Sharp, side: number): Promise<Sharp> {
  const { data, info: size } = await source
    .clone()
    .resize(side, side, { fit: 'inside' })
    .raw()
    .toBuffer({ resolveWithObject: true })
  return sharp(data, { raw: { width: size.width, height: size.height, channels: size.channels as 3 } })
}
