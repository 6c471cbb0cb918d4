import { feature } from 'topojson-client'
import type { GeometryCollection, Topology } from 'topojson-specification'
import atlas from 'world-atlas/land-110m.json'
import { toUnit } from './mercator.ts'

const topology = atlas as unknown as Topology<{ land: GeometryCollection }>

/** The outline of all land as a path in a square whose sides are 1. Natural Earth, public domain. */
export const land: string = feature(topology, topology.objects.land)
  .features.flatMap(({ geometry }) =>
    geometry.type === 'MultiPolygon' ? geometry.coordinates : geometry.type === 'Polygon' ? [geometry.coordinates] : [],
  )
  .flat()
  .map(pathOf)
  .join('')

function pathOf(ring: readonly (readonly number[])[]): string {
  const points = ring.map(([longitude = 0, latitude = 0]) => {
    const { x, y } = toUnit({ longitude, latitude })
    return `${x.toFixed(5)} ${y.toFixed(5)}`
  })
  return `M${points.join('L')}Z`
}
