// npm run bench [listing footprint uploads media]: each line beside its limit in the same run.
import { uptime } from 'node:process'
import { loadavg } from 'node:os'
import { startThrowaway } from '../scripts/throwaway-postgres.ts'
import { benchFootprint } from './footprint.ts'
import { benchListing } from './listing.ts'
import type { Measured } from './measured.ts'
import { benchMedia } from './media.ts'
import { benchUploads } from './uploads.ts'

const BENCHES: Record<string, () => Promise<Measured[]>> = {
  footprint: benchFootprint,
  listing: benchListing,
  uploads: benchUploads,
  media: () => benchMedia(),
}

const wanted = process.argv.slice(2)
const unknown = wanted.filter((name) => !(name in BENCHES))
if (unknown.length > 0) {
  console.error(`There is no bench ${unknown.join(', ')}. There are: ${Object.keys(BENCHES).join(', ')}.`)
  process.exit(2)
}
const server = process.env['TEST_DATABASE_URL'] === undefined ? await startThrowaway() : undefined
if (server !== undefined) process.env['TEST_DATABASE_URL'] = server.url
try {
  for (const [name, bench] of Object.entries(BENCHES)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue
    for (const line of await bench()) console.log(format(line))
  }
  console.log(`${Math.round(uptime())} s in all; load ${loadavg()[0]?.toFixed(1)}`)
} finally {
  await server?.stop()
}

function format({ name, value, limit, ratio, unit }: Measured): string {
  const beside = Number.isNaN(ratio) ? '' : `   limit ${figure(limit)}   ratio ${ratio.toFixed(2)}`
  return `${name.padEnd(56)} ${figure(value).padStart(9)} ${unit}${beside}`
}

function figure(value: number): string {
  return new Intl.NumberFormat('en', { maximumSignificantDigits: 4 }).format(value)
}
