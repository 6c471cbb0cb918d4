import { Undecodable } from './undecodable.ts'

/** Decoded pixels, 8 bits a channel, the channels of one pixel beside one another. `stride`: bytes from row to row. */
export type Rows = { bytes: Uint8Array; width: number; height: number; channels: number; stride: number }

/**
 * How many pixels of a picture become one before it is brought to `side` properly: what is left over is a good deal
 * larger than what is wanted, and small.
 */
export const factorFor = (longest: number, side: number): number => Math.max(1, Math.floor(longest / (side * 1.5)))

/**
 * Takes a picture row by row from the top and keeps the means of squares of `factor` x `factor` pixels. What does not
 * fill a square at the right and below is left out.
 */
export function gatherRows(size: { width: number; height: number; channels: number }, factor: number) {
  const { channels } = size
  const [across, down] = [Math.floor(size.width / factor), Math.floor(size.height / factor)]
  const out = Buffer.alloc(across * down * channels)
  const sums = new Uint32Array(across * channels)
  const share = factor * factor
  let y = 0
  return {
    add({ bytes, height, stride }: Rows): void {
      for (let row = 0; row < height; row++, y++) {
        const square = Math.floor(y / factor)
        if (square >= down) continue
        addRow(sums, bytes, { at: row * stride, channels, factor })
        if ((y + 1) % factor !== 0) continue
        for (let i = 0; i < sums.length; i++) out[square * sums.length + i] = (sums[i] as number) / share
        sums.fill(0)
      }
    },
    rows: (): Rows => ({ bytes: out, width: across, height: down, channels, stride: across * channels }),
  }
}

/** Adds the samples of one row to the sums of the squares that they are in. */
function addRow(sums: Uint32Array, bytes: Uint8Array, row: { at: number; channels: number; factor: number }): void {
  const { channels, factor } = row
  let from = row.at
  for (let square = 0; square < sums.length; square += channels)
    for (let n = 0; n < factor; n++)
      for (let channel = 0; channel < channels; channel++)
        sums[square + channel] = (sums[square + channel] as number) + (bytes[from++] as number)
}

/**
 * Takes the channels of a picture one after the other, row by row, and keeps no more of it than squares of `factor`
 * pixels come to. For formats that store each colour apart.
 */
export function gatherPlanes(size: { width: number; height: number; channels: number }, factor: number) {
  const [across, down] = [Math.floor(size.width / factor), Math.floor(size.height / factor)]
  if (across < 1 || down < 1) throw new Undecodable('The picture has no size.')
  const out = Buffer.alloc(across * down * size.channels)
  const sums = Array.from({ length: size.channels }, () => new Uint32Array(across))
  const share = factor * factor
  return {
    /** `row`: the samples of one row of one channel, 0 to 255. Rows of a channel come in their order. */
    add(channel: number, y: number, row: Uint8Array): void {
      const square = Math.floor(y / factor)
      const own = sums[channel]
      if (square >= down || own === undefined) return
      addRow(own, row, { at: 0, channels: 1, factor })
      if ((y + 1) % factor !== 0) return
      for (let x = 0; x < across; x++) out[(square * across + x) * size.channels + channel] = (own[x] as number) / share
      own.fill(0)
    },
    rows: (): Rows => ({
      bytes: out,
      width: across,
      height: down,
      channels: size.channels,
      stride: across * size.channels,
    }),
  }
}
