import type { Place } from '@trove/contract/media-facts'
import { MapPin } from 'lucide-react'
import { basePath } from '../lib/place.ts'

/** A kilometre or so to each side. */
const AROUND_DEGREES = 0.01

/** Where something was taken, and on our own map what else was near there. */
export function PlaceLink({ at: { latitude, longitude } }: { at: Place }) {
  const clamp = (degrees: number, most: number) => Math.min(most, Math.max(-most, degrees)).toFixed(5)
  const bounds = [
    clamp(longitude - AROUND_DEGREES, 180),
    clamp(latitude - AROUND_DEGREES, 90),
    clamp(longitude + AROUND_DEGREES, 180),
    clamp(latitude + AROUND_DEGREES, 90),
  ].join()
  return (
    <span className="flex flex-col items-start">
      <span className="select-all">
        {Math.abs(latitude).toFixed(5)}° {latitude < 0 ? 'S' : 'N'}, {Math.abs(longitude).toFixed(5)}°{' '}
        {longitude < 0 ? 'W' : 'E'}
      </span>
      <a
        href={`${basePath}timeline?show=map&bounds=${encodeURIComponent(bounds)}`}
        className="inline-flex items-center gap-1.5 font-medium text-accent underline-offset-4 hover:underline"
      >
        <MapPin aria-hidden className="size-3.5" /> Open in the map
      </a>
    </span>
  )
}
