import { canvasOf, mix, type Canvas } from './canvas.ts'
import { heightAt, sampleColour, type Lit, type Scene, type Terrain } from './terrain.ts'

/** One pixel of the reflection stands for so many of the picture: ripples hide the rest. */
const COARSE = 2

/**
 * What a mirror at the water's level would show below the horizon: for each pixel a ray that leaves the water upwards
 * until it meets ground or the sky. Half as wide and half as high as the picture.
 */
export function reflectionOf(size: Canvas, terrain: Terrain, land: Lit, scene: Scene): Canvas {
  const { view, air, sky, waterLevel = 0 } = scene
  const { widthPixels: w, heightPixels: h } = size
  const mirror = canvasOf(Math.ceil(w / COARSE), Math.ceil(h / COARSE))
  const eye = view.height + Math.max(0, heightAt(terrain.heights, view.x, view.y) - waterLevel)
  const [cos, sin] = [Math.cos(view.yaw), Math.sin(view.yaw)]
  const spread = (view.width ?? 1) / h
  const ground = new Float32Array(3)
  for (let my = 0, at = 0; my < mirror.heightPixels; my++) {
    const below = (my * COARSE) / h - view.horizon
    for (let mx = 0; mx < mirror.widthPixels; mx++, at += 3) {
      if (below <= 0 || !isNearWater(scene.water, mx * COARSE, my * COARSE, w, h)) continue
      const side = (mx * COARSE - w / 2) * spread
      const [dx, dy] = [cos * side + sin, -sin * side + cos]
      const slope = below * (view.width ?? 1)
      const start = eye / slope
      let colour = sky((mx * COARSE - w / 2) / h, below)
      for (let z = start * 1.01; z < (view.reach ?? 2.2); z += 0.0015 + z * 0.012) {
        const rise = waterLevel + (z - start) * slope
        if (rise > 0.2) break
        const [px, py] = [view.x + dx * z, view.y + dy * z]
        if (heightAt(terrain.heights, px, py) <= rise) continue
        sampleColour(land, px, py, ground)
        const seen = [ground[0] as number, ground[1] as number, ground[2] as number] as const
        colour = mix(mix(air.colour, scene.distance(0, 0.015), 0.5), seen, Math.exp(-z * air.density))
        break
      }
      mirror.rgb[at] = colour[0]
      mirror.rgb[at + 1] = colour[1]
      mirror.rgb[at + 2] = colour[2]
    }
  }
  return mirror
}

/** Waves look a little beside the pixel that they stand on. */
function isNearWater(water: Uint8Array | undefined, x: number, y: number, w: number, h: number): boolean {
  if (water === undefined) return true
  for (let dy = -6; dy <= 6; dy += 3) {
    for (let dx = -6; dx <= 6; dx += 3) {
      const [px, py] = [x + dx, y + dy]
      if (px >= 0 && py >= 0 && px < w && py < h && water[py * w + px] === 1) return true
    }
  }
  return false
}
