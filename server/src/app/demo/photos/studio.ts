import { canvasOf, develop, hex, mix, paint, plus, scaled, smoothstep, times, type Colour } from '../draw/canvas.ts'
import { noiseFrom } from '../draw/noise.ts'

export type Ball = { x: number; y: number; z: number; radius: number; colour: Colour; gloss: number }
export type StillLife = { balls: readonly Ball[]; floor: Colour; wall: Colour; light: Colour; seed: number | string }

type Vector = readonly [number, number, number]

const CAMERA: Vector = [0, 0.62, -3.6]
const TO_LIGHT = normal([-0.62, 0.85, -0.5])

/** Balls on a table that runs up into the wall, lit by one soft window. */
export function stillLife(photo: StillLife, widthPixels: number, heightPixels: number): Buffer {
  const canvas = canvasOf(widthPixels, heightPixels)
  const aspect = widthPixels / heightPixels
  const noise = noiseFrom(`studio ${photo.seed}`)
  const steps = [
    [0.25, 0.3],
    [0.75, 0.7],
  ] as const
  paint(canvas, (u, v) => {
    let sum: Colour = [0, 0, 0]
    for (const [dx, dy] of steps) {
      const x = (u - 0.5 + (dx - 0.5) / widthPixels) * aspect
      const y = 0.5 - v + (dy - 0.5) / heightPixels
      sum = plus(sum, trace(photo, CAMERA, normal([x, y - 0.09, 1.75]), 0))
    }
    return scaled(sum, 0.5 * (0.985 + 0.03 * noise.at(u * 900, v * 900)))
  })
  return develop(canvas, { exposure: 1.12, vignette: 0.3, bloom: 0.2, seed: photo.seed })
}

function trace(photo: StillLife, from: Vector, way: Vector, depth: number): Colour {
  let nearest = Infinity
  let ball: Ball | undefined
  for (const candidate of photo.balls) {
    const distance = hit(candidate, from, way)
    if (distance < nearest) {
      nearest = distance
      ball = candidate
    }
  }
  const floorAt = way[1] < 0 ? -from[1] / way[1] : Infinity
  if (ball === undefined || floorAt < nearest) return backdrop(photo, from, way, floorAt)
  const point = along(from, way, nearest)
  const up = normal([point[0] - ball.x, point[1] - ball.y, point[2] - ball.z])
  const facing = Math.max(0, dot(up, TO_LIGHT))
  const lit = facing * shadow(photo, point, ball)
  const bounce = 0.5 - 0.5 * up[1]
  const ambient = mix(scaled(photo.wall, 0.42), scaled(photo.floor, 0.5), bounce)
  const touch = 0.35 + 0.65 * smoothstep(0, ball.radius * 0.9, point[1])
  let colour = times(ball.colour, plus(scaled(photo.light, lit), scaled(ambient, touch)))
  const half = normal([TO_LIGHT[0] - way[0], TO_LIGHT[1] - way[1], TO_LIGHT[2] - way[2]])
  colour = plus(
    colour,
    scaled(
      photo.light,
      ball.gloss * 0.9 * Math.max(0, dot(up, half)) ** (20 + ball.gloss * 160) * Math.min(1, lit * 3),
    ),
  )
  if (depth > 0 || ball.gloss < 0.2) return colour
  const cosine = -dot(way, up)
  const mirror: Vector = [way[0] + 2 * cosine * up[0], way[1] + 2 * cosine * up[1], way[2] + 2 * cosine * up[2]]
  const fresnel = (0.04 + 0.96 * (1 - cosine) ** 5) * ball.gloss
  return mix(colour, trace(photo, along(point, up, 0.001), mirror, depth + 1), fresnel)
}

function backdrop(photo: StillLife, from: Vector, way: Vector, floorAt: number): Colour {
  const point = along(from, way, Math.min(floorAt, 40))
  const height = way[1] / Math.hypot(way[0], way[2])
  const wall = mix(scaled(photo.wall, 0.95), scaled(photo.wall, 0.5), smoothstep(-0.1, 0.7, height + way[0] * 0.35))
  if (floorAt === Infinity) return wall
  const light = floorShadow(photo, point)
  const fall = 1.05 - 0.2 * smoothstep(-3, 4, point[0])
  const floor = times(
    photo.floor,
    plus(scaled(photo.light, 0.72 * light.sun * fall), scaled(photo.wall, 0.34 * light.open)),
  )
  return mix(floor, wall, smoothstep(2.5, 10, point[2]))
}

/** A wide lamp: what the balls hide of it, by how close the ray to its middle passes them. */
function floorShadow(photo: StillLife, point: Vector): { sun: number; open: number } {
  let open = 1
  for (const ball of photo.balls) {
    const away: Vector = [ball.x - point[0], ball.y - point[1], ball.z - point[2]]
    const distance = Math.hypot(...away)
    // What a ball takes from the sky over a plane (Quilez, sphere ambient occlusion).
    open *= 1 - 0.85 * Math.max(0, away[1] / distance) * Math.min(1, (ball.radius / distance) ** 2)
  }
  return { sun: shadow(photo, point), open }
}

function shadow(photo: StillLife, point: Vector, self?: Ball): number {
  let clear = 1
  for (const ball of photo.balls) {
    if (ball === self) continue
    const away: Vector = [ball.x - point[0], ball.y - point[1], ball.z - point[2]]
    const ahead = dot(away, TO_LIGHT)
    if (ahead <= 0) continue
    const miss = Math.sqrt(Math.max(0, dot(away, away) - ahead * ahead))
    const blur = 0.05 + ahead * 0.22
    clear *= smoothstep(-blur, blur, miss - ball.radius)
  }
  return clear
}

function hit(ball: Ball, from: Vector, way: Vector): number {
  const away: Vector = [from[0] - ball.x, from[1] - ball.y, from[2] - ball.z]
  const b = dot(away, way)
  const rest = b * b - dot(away, away) + ball.radius * ball.radius
  if (rest < 0) return Infinity
  const distance = -b - Math.sqrt(rest)
  return distance > 0.001 ? distance : Infinity
}

function dot(a: Vector, b: Vector): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

function along(from: Vector, way: Vector, distance: number): Vector {
  return [from[0] + way[0] * distance, from[1] + way[1] * distance, from[2] + way[2] * distance]
}

function normal([x, y, z]: Vector): Vector {
  const length = Math.hypot(x, y, z)
  return [x / length, y / length, z / length]
}

const ball = (x: number, z: number, radius: number, code: string, gloss: number): Ball => ({
  x,
  y: radius,
  z,
  radius,
  colour: hex(code),
  gloss,
})

export const arrangements = {
  plaster: {
    floor: hex('#e8d8c4'),
    wall: hex('#ecdccc'),
    light: scaled(hex('#fff2e0'), 1.5),
    balls: [
      ball(-0.75, 0.3, 0.62, '#d0785a', 0.05),
      ball(0.35, 0.05, 0.42, '#f0e6da', 0.05),
      ball(1.05, 0.55, 0.56, '#5c6c58', 0.05),
      ball(0.1, -0.75, 0.17, '#e8b458', 0.05),
      ball(0.62, -0.62, 0.11, '#2c3c48', 0.05),
    ],
  },
  ceramic: {
    floor: hex('#a8bcc4'),
    wall: hex('#b4c8d0'),
    light: scaled(hex('#ffffff'), 1.6),
    balls: [
      ball(-0.5, 0.5, 0.8, '#2c4c6c', 0.8),
      ball(0.75, 0.2, 0.48, '#f4f0ea', 0.8),
      ball(-0.15, -0.6, 0.2, '#d89048', 0.8),
      ball(0.45, -0.85, 0.13, '#c04c3c', 0.8),
    ],
  },
  night: {
    floor: hex('#2a2430'),
    wall: hex('#3a3044'),
    light: scaled(hex('#ffb0c8'), 2.2),
    balls: [
      ball(-0.85, 0.2, 0.5, '#c83c6c', 0.6),
      ball(0.1, 0.6, 0.74, '#5c48a8', 0.6),
      ball(0.95, -0.1, 0.34, '#e8a04c', 0.6),
      ball(0.3, -0.8, 0.15, '#48b0b8', 0.6),
      ball(-0.3, -0.7, 0.11, '#f0e8f0', 0.6),
    ],
  },
  citrus: {
    floor: hex('#f0e4b0'),
    wall: hex('#f4d47c'),
    light: scaled(hex('#fffae8'), 1.5),
    balls: [
      ball(-0.6, 0.1, 0.45, '#f07c28', 0.25),
      ball(0.2, 0.4, 0.5, '#f49c30', 0.25),
      ball(0.85, -0.1, 0.36, '#e8d040', 0.25),
      ball(-0.1, -0.7, 0.22, '#78a838', 0.25),
    ],
  },
} as const
