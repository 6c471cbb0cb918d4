import { between, randomFrom } from '../../src/app/demo/random.ts'

export type Colour = readonly [red: number, green: number, blue: number]

/** Colours of the four corners, a fifth of each side wide, as a person should see them. */
export type Corners = { topLeft: Colour; topRight: Colour; bottomLeft: Colour; bottomRight: Colour }

/** Red, green, blue, yellow: no turn or mirroring leaves them where they are. */
export const corners: Corners = {
  topLeft: [220, 40, 40],
  topRight: [40, 180, 60],
  bottomLeft: [40, 70, 210],
  bottomRight: [230, 200, 40],
}

/** Pixels as they stand upright: rows from the top, three bytes each. */
export type Picture = { widthPixels: number; heightPixels: number; rgb: Buffer }

/**
 * A picture that betrays every turn and mirroring: four corner blocks of different colours on a soft gradient,
 * with a few discs placed by the seed.
 */
export function picture(widthPixels: number, heightPixels: number, seed: number | string = 1): Picture {
  const random = randomFrom(seed)
  const tint = [between(random, 60, 200), between(random, 60, 200), between(random, 60, 200)] as const
  const discs = Array.from({ length: 4 }, () => ({
    x: between(random, 0.25, 0.75),
    y: between(random, 0.25, 0.75),
    radius: between(random, 0.05, 0.15),
    colour: [between(random, 0, 255), between(random, 0, 255), between(random, 0, 255)] as const,
  }))
  const rgb = Buffer.alloc(widthPixels * heightPixels * 3)
  for (let y = 0, at = 0; y < heightPixels; y++) {
    const v = (y + 0.5) / heightPixels
    for (let x = 0; x < widthPixels; x++, at += 3) {
      const u = (x + 0.5) / widthPixels
      const disc = discs.find((d) => (u - d.x) ** 2 + (v - d.y) ** 2 < d.radius ** 2)
      const colour = cornerAt(u, v) ?? disc?.colour ?? [tint[0] * (0.5 + u / 2), tint[1] * (0.5 + v / 2), tint[2]]
      rgb[at] = colour[0]
      rgb[at + 1] = colour[1]
      rgb[at + 2] = colour[2]
    }
  }
  return { widthPixels, heightPixels, rgb }
}

/**
 * The pixels as a camera that was held so would store them: a viewer that applies `orientation` shows `upright`.
 *
 * @param orientation  1 to 8, EXIF 2.32, tag 0x0112
 */
export function storedAs(upright: Picture, orientation: number): Picture {
  const { widthPixels: w, heightPixels: h } = upright
  const isTurned = orientation >= 5
  const [width, height] = isTurned ? [h, w] : [w, h]
  const rgb = Buffer.alloc(upright.rgb.length)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [ux, uy] = uprightOf(orientation, x, y, w - 1, h - 1)
      upright.rgb.copy(rgb, (y * width + x) * 3, (uy * w + ux) * 3, (uy * w + ux) * 3 + 3)
    }
  }
  return { widthPixels: width, heightPixels: height, rgb }
}

/** Where the stored pixel (x, y) stands upright; `right` and `bottom` are the last column and row of the upright picture. */
function uprightOf(orientation: number, x: number, y: number, right: number, bottom: number): [number, number] {
  switch (orientation) {
    case 2:
      return [right - x, y]
    case 3:
      return [right - x, bottom - y]
    case 4:
      return [x, bottom - y]
    case 5:
      return [y, x]
    case 6:
      return [right - y, x]
    case 7:
      return [right - y, bottom - x]
    case 8:
      return [y, bottom - x]
    default:
      return [x, y]
  }
}

function cornerAt(u: number, v: number): Colour | undefined {
  if (u < 0.2 && v < 0.2) return corners.topLeft
  if (u > 0.8 && v < 0.2) return corners.topRight
  if (u < 0.2 && v > 0.8) return corners.bottomLeft
  if (u > 0.8 && v > 0.8) return corners.bottomRight
  return undefined
}
