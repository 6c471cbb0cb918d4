import { toUnit, type Size, type Unit, type View } from './mercator.ts'

/** A square of the earth: of `2 ** level` by `2 ** level` of them, the one in this column and row from the upper left. */
export type Tile = { level: number; column: number; row: number }
/** In CSS pixels from the upper left of the map, whole ones: squares that meet leave no seam. */
export type Box = { left: number; top: number; width: number; height: number }

/** What the whole world is wide at level 0, in CSS pixels, as every source of tiles has it. */
const TILE_PIXELS = 256
/** Around what is in sight, so that a small move shows nothing empty. */
const AROUND_PIXELS = 64

/** The level whose tiles are drawn nearest to their own size. */
export const levelOf = ({ worldPixels }: View, maxZoom: number): number =>
  Math.min(maxZoom, Math.max(0, Math.round(Math.log2(worldPixels / TILE_PIXELS))))

/** The tiles of a view, those in its middle first: they are asked for in this order. */
export function tilesOf(view: View, size: Size, maxZoom: number): Tile[] {
  const level = levelOf(view, maxZoom)
  const across = 2 ** level
  const { x, y } = toUnit(view.middle)
  const range = (middle: number, pixels: number) => {
    const reach = (pixels / 2 + AROUND_PIXELS) / view.worldPixels
    return [
      Math.max(0, Math.floor((middle - reach) * across)),
      Math.min(across - 1, Math.ceil((middle + reach) * across) - 1),
    ] as const
  }
  const [[west, east], [north, south]] = [range(x, size.width), range(y, size.height)]
  const tiles: Tile[] = []
  for (let row = north; row <= south; row += 1)
    for (let column = west; column <= east; column += 1) tiles.push({ level, column, row })
  const away = ({ column, row }: Tile) => Math.hypot((column + 0.5) / across - x, (row + 0.5) / across - y)
  return tiles.sort((a, b) => away(a) - away(b))
}

/** Where a tile is drawn in a view, which may be of another level than the tile. */
export function boxOf({ level, column, row }: Tile, { middle, worldPixels }: View, { width, height }: Size): Box {
  const of = toUnit(middle)
  const corner = (at: Unit): Unit => ({
    x: Math.round((at.x / 2 ** level - of.x) * worldPixels + width / 2),
    y: Math.round((at.y / 2 ** level - of.y) * worldPixels + height / 2),
  })
  const [from, to] = [corner({ x: column, y: row }), corner({ x: column + 1, y: row + 1 })]
  return { left: from.x, top: from.y, width: to.x - from.x, height: to.y - from.y }
}

/** @param template  with `{z}`, `{x}` and `{y}` */
export const addressOf = (template: string, { level, column, row }: Tile): string =>
  template.replace('{z}', String(level)).replace('{x}', String(column)).replace('{y}', String(row))
