import { mix, plus, scaled, smoothstep, type Colour } from './canvas.ts'
import { noiseFrom } from './noise.ts'
import { randomFrom, between } from '../random.ts'

export type Sky = {
  zenith: Colour
  middle: Colour
  horizon: Colour
  /** Azimuth in units of the picture's height from its middle, elevation above the horizon in the same. */
  sun?: { azimuth: number; elevation: number; colour: Colour; size?: number; glow?: number }
  clouds?: { cover: number; lit: Colour; shade: Colour; scale?: number; softness?: number }
  /** Veils low over the horizon. */
  haze?: { colour: Colour; height: number }
  stars?: number
  milkyWay?: number
  aurora?: { colour: Colour; upper: Colour; strength: number }
  seed: number | string
}

/** Colour in a direction: `x` sideways from the middle, `elevation` above the horizon, both in heights of the picture. */
export type SkyColour = (x: number, elevation: number) => Colour

export function skyOf(sky: Sky): SkyColour {
  const noise = noiseFrom(`sky ${sky.seed}`)
  const stars = sky.stars ? starField(sky.seed, sky.stars) : undefined
  return (x, elevation) => {
    const e = Math.max(0, elevation)
    let colour =
      e < 0.28
        ? mix(sky.horizon, sky.middle, smoothstep(0, 0.28, e))
        : mix(sky.middle, sky.zenith, smoothstep(0.2, 0.8, e))
    if (sky.milkyWay) colour = plus(colour, galaxy(noise, x, e, sky.milkyWay))
    if (stars) colour = plus(colour, stars(x, e))
    if (sky.aurora) colour = plus(colour, curtain(noise, sky.aurora, x, e))
    if (sky.sun) colour = plus(colour, sunlight(sky.sun, x, elevation))
    if (sky.clouds) colour = clouded(noise, sky, colour, x, e)
    if (sky.haze) colour = mix(colour, sky.haze.colour, Math.exp(-e / sky.haze.height))
    return colour
  }
}

function sunlight(sun: NonNullable<Sky['sun']>, x: number, elevation: number): Colour {
  const distance = Math.hypot(x - sun.azimuth, elevation - sun.elevation)
  const size = sun.size ?? 0.022
  const glow = sun.glow ?? 1
  const disc = size > 0 ? smoothstep(size * 1.08, size * 0.94, distance) * 8 : 0
  const halo = glow * (0.55 * Math.exp(-distance * 3.2) + 0.9 * Math.exp(-distance * 11))
  return scaled(sun.colour, disc + halo)
}

/** A layer far above, seen in perspective: small towards the horizon. */
function clouded(noise: ReturnType<typeof noiseFrom>, sky: Sky, behind: Colour, x: number, e: number): Colour {
  const clouds = sky.clouds
  if (clouds === undefined) return behind
  const far = 1 / (e + 0.09)
  const scale = clouds.scale ?? 1
  const px = x * far * 0.9 * scale
  const py = far * 1.6 * scale
  const warp = noise.fbm(px * 0.6 + 40, py * 0.6, 2)
  const density = noise.fbm(px + warp * 1.6, py + warp, 4)
  const edge = 1 - clouds.cover * 0.62
  const softness = clouds.softness ?? 0.22
  const share = smoothstep(edge - softness * 0.5, edge + softness, density + 0.08)
  if (share <= 0) return behind
  const depth = noise.fbm(px + 0.12, py - 0.35, 3)
  const lit = mix(clouds.shade, clouds.lit, smoothstep(-0.14, 0.2, density - depth + 0.06))
  const towardsSun = sky.sun ? Math.exp(-Math.hypot(x - sky.sun.azimuth, e - sky.sun.elevation) * 2.6) : 0
  const bright = sky.sun ? plus(lit, scaled(sky.sun.colour, towardsSun * 0.8 * (1 - share * 0.6))) : lit
  return mix(behind, bright, share * smoothstep(0, 0.05, e + 0.02))
}

function galaxy(noise: ReturnType<typeof noiseFrom>, x: number, e: number, strength: number): Colour {
  const across = (x * 0.62 - e + 0.35) / 1.18
  const along = x + e * 0.62
  const wave = noise.fbm(along * 2.2, across * 2.2, 4) - 0.5
  const band = Math.exp(-((across + wave * 0.16) ** 2) / 0.02)
  const dust =
    smoothstep(0.42, 0.7, noise.fbm(along * 3.4 + 9, across * 9, 5)) * Math.exp(-((across + wave * 0.2) ** 2) / 0.006)
  const light = band * (0.35 + noise.fbm(along * 5, across * 5, 4)) * strength * (1 - dust * 0.85)
  return [light * 0.16, light * 0.13, light * 0.19]
}

function curtain(
  noise: ReturnType<typeof noiseFrom>,
  aurora: NonNullable<Sky['aurora']>,
  x: number,
  e: number,
): Colour {
  let light: Colour = [0, 0, 0]
  for (let i = 0; i < 3; i++) {
    const fold = 0.2 + i * 0.11 + (noise.fbm(x * 1.3 + i * 7, i * 3.3, 3) - 0.5) * 0.5
    const above = e - fold
    if (above < -0.04) continue
    const rays = 0.45 + 0.75 * noise.fbm(x * 13 + i * 31, above * 0.6, 3)
    const rise = smoothstep(-0.04, 0.015, above) * Math.exp(-above * (4.6 + i))
    const patch = smoothstep(0.3, 0.7, noise.fbm(x * 1.1 + i * 13 + 5, 4, 2))
    light = plus(light, scaled(mix(aurora.colour, aurora.upper, above * 2.4), rise * rays * patch * aurora.strength))
  }
  return light
}

/** Points placed in a grid of cells, so that each direction looks at nine of them. */
function starField(seed: number | string, density: number): SkyColour {
  const random = randomFrom(`stars ${seed}`)
  const cells = 64
  const stars = Array.from({ length: cells * cells }, () => ({
    dx: random(),
    dy: random(),
    light: random() < density * 0.5 ? between(random, 0.05, 1) ** 3 * 2.2 : 0,
    warmth: random(),
  }))
  const scale = 46
  return (x, e) => {
    const gx = (x + 4) * scale
    const gy = e * scale
    const cx = Math.floor(gx)
    const cy = Math.floor(gy)
    const star = stars[(cy & 63) * cells + (cx & 63)]
    if (star === undefined || star.light === 0) return [0, 0, 0]
    const radius = 0.028 + star.light * 0.018
    const light =
      star.light *
      smoothstep(radius, radius * 0.3, Math.hypot(gx - cx - star.dx * 0.9 - 0.05, gy - cy - star.dy * 0.9 - 0.05))
    return [light * (0.75 + star.warmth * 0.25), light * 0.85, light * (1 - star.warmth * 0.3)]
  }
}
