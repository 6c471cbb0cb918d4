import { feature } from 'topojson-client'
import atlas from 'world-atlas/land-110m.json'
import { toUnit } from './mercator.ts'

const topology = atlas as unknown as Parameters<typeof feature>[0]

/** Beyond it an outline follows the edge of the world, and no land. */
const POLAR = 85

/** The outline of all land as a path in a square whose sides are 1; what lies on both sides of the date line is on both. Natural Earth, public domain. */
export const land: string = shapes()
  .flatMap(({ geometry }) =>
    geometry.type === 'MultiPolygon' ? geometry.coordinates : geometry.type === 'Polygon' ? [geometry.coordinates] : [],
  )
  .flat()
  .flatMap((ring) => {
    const whole = unbroken(ring)
    const isAcross = whole.some(([longitude = 0]) => Math.abs(longitude) > 180)
    return isAcross ? [whole, shifted(whole, whole.some(([longitude = 0]) => longitude > 180) ? -360 : 360)] : [whole]
  })
  .map(pathOf)
  .join('')

function shapes() {
  const { land: outline } = topology.objects
  if (outline === undefined) return []
  const made = feature(topology, outline)
  return 'features' in made ? made.features : [made]
}

type Ring = readonly (readonly number[])[]

/** An outline goes on beyond the date line, instead of back around the whole world. */
function unbroken(ring: Ring): Ring {
  let turned = 0
  let before: readonly number[] | undefined
  return ring.map((point) => {
    const [longitude = 0, latitude = 0] = point
    const [last = longitude, lastLatitude = latitude] = before ?? []
    const isPolar = Math.abs(latitude) > POLAR && Math.abs(lastLatitude) > POLAR
    if (!isPolar && Math.abs(longitude - last) > 180) turned += longitude < last ? 360 : -360
    before = point
    return [longitude + turned, latitude]
  })
}

function shifted(ring: Ring, by: number): Ring {
  return ring.map(([longitude = 0, latitude = 0]) => [longitude + by, latitude])
}

function pathOf(ring: Ring): string {
  const points = ring.map(([longitude = 0, latitude = 0]) => {
    const { x, y } = toUnit({ longitude, latitude })
    return `${x.toFixed(5)} ${y.toFixed(5)}`
  })
  return `M${points.join('L')}Z`
}
