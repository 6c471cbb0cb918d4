import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { Failure } from '../failure.ts'

export type Environment = Readonly<Record<string, string | undefined>>

export type Chosen = { place: string; token: string }

/** An address as keys are kept under it: without a slash at its end. Undefined when it is none. */
export function placeOf(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined
  const { protocol, username, search, hash } = new URL(text)
  if (!/^https?:$/.test(protocol) || username !== '' || search !== '' || hash !== '') return undefined
  return text.replace(/\/+$/, '')
}

/**
 * Which Trove is meant, and the key to it: that of `TROVE_API_KEY`, else the one that signing in has kept.
 *
 * @param server  an address, or the name of a host that there is a key for
 * @throws Failure  misunderstood, not-signed-in
 */
export function chooseServer(server: string | undefined, environment: Environment): Chosen {
  const keys = readKeys(environment)
  const places = Object.keys(keys)
  const given = environment['TROVE_API_KEY']?.trim() || undefined
  const wanted = server ?? (environment['TROVE_SERVER']?.trim() || undefined)
  if (wanted === undefined) {
    if (places.length === 0 && given === undefined)
      throw new Failure('not-signed-in', 'Nobody has signed in here. Sign in: trove login https://trove.example.org')
    const [place] = places
    if (place === undefined || places.length > 1) {
      const known = places.length === 0 ? '' : ` There are keys for: ${places.join(', ')}.`
      throw new Failure('misunderstood', `Say which Trove, by --server https://… or TROVE_SERVER.${known}`)
    }
    return { place, token: given ?? keys[place] ?? '' }
  }
  const place = places.find((known) => new URL(known).host === wanted) ?? placeOf(wanted)
  if (place === undefined)
    throw new Failure('misunderstood', `${wanted} is no address of a Trove, such as https://trove.example.org.`)
  const token = given ?? keys[place]
  if (token === undefined)
    throw new Failure('not-signed-in', `Nobody has signed in to ${place} here. Sign in: trove login ${place}`)
  return { place, token }
}

/** Beside the keys of other installations; a file that its owner alone can read, there whole or not at all. */
export function keepKey(place: string, token: string, environment: Environment): string {
  return write({ ...readKeys(environment), [place]: token }, environment)
}

/** @returns whether there was one */
export function dropKey(place: string, environment: Environment): boolean {
  const { [place]: dropped, ...rest } = readKeys(environment)
  if (dropped !== undefined) write(rest, environment)
  return dropped !== undefined
}

export function readKeys(environment: Environment): Record<string, string> {
  const path = pathOf(environment)
  try {
    const kept: unknown = JSON.parse(readFileSync(path, 'utf8'))
    if (typeof kept !== 'object' || kept === null) throw new SyntaxError('it is no list of keys')
    const sound = Object.entries(kept).filter(
      ([place, token]) => placeOf(place) !== undefined && typeof token === 'string',
    )
    return Object.fromEntries(sound) as Record<string, string>
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {}
    // Without what the parser quotes: it may quote a key.
    if (error instanceof SyntaxError)
      throw new Failure('misunderstood', `The keys in ${path} cannot be read; remove that file and sign in again.`)
    throw error
  }
}

function write(keys: Record<string, string>, environment: Environment): string {
  const path = pathOf(environment)
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const draft = `${path}.${process.pid}`
  writeFileSync(draft, `${JSON.stringify(keys, undefined, 2)}\n`, { mode: 0o600 })
  renameSync(draft, path)
  return path
}

/** Where what belongs to this user is kept, by the XDG base directory specification. */
export const stateFolder = (environment: Environment): string =>
  join(environment['XDG_STATE_HOME'] || join(environment['HOME'] || homedir(), '.local', 'state'), 'trove')

const pathOf = (environment: Environment): string =>
  join(environment['XDG_CONFIG_HOME'] || join(environment['HOME'] || homedir(), '.config'), 'trove', 'keys.json')
