import { parseArgs } from 'node:util'
import type { Context } from '../context.ts'
import { Failure } from '../failure.ts'
import { dropKey, placeOf, readKeys } from '../server/keys.ts'

export const help = `trove logout [https://trove.example.org]

Removes the key from this machine. It stays good until somebody revokes it on the page, under Settings, Security: no key may
touch keys.`

/** @returns the exit code */
export async function run({ words, environment, streams }: Context): Promise<number> {
  const { positionals } = parseArgs({
    args: [...words],
    allowPositionals: true,
    options: { help: { type: 'boolean', short: 'h' } },
  })
  const places = Object.keys(readKeys(environment))
  const wanted = positionals[0] ?? (places.length === 1 ? places[0] : undefined)
  if (wanted === undefined || positionals.length > 1) {
    const known = places.length === 0 ? 'Nobody is signed in here.' : `Say where: ${places.join(', ')}.`
    throw new Failure('misunderstood', known)
  }
  const place = places.find((known) => new URL(known).host === wanted) ?? placeOf(wanted) ?? wanted
  if (!dropKey(place, environment)) throw new Failure('not-signed-in', `Nobody is signed in to ${place} here.`)
  streams.out.write(
    `The key to ${place} is gone from this machine. Revoke it as well, under Settings, Security, if somebody may have seen it.\n`,
  )
  return 0
}
