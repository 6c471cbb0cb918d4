import { parseArgs } from 'node:util'
import { colours, orientations, type FileFilter } from '@trove/contract/file-filter'
import { kinds } from '@trove/contract/media-types'
import { searchFiles, type SearchResult } from '@trove/contract/search'
import { listTags } from '@trove/contract/tags'
import { sizeOf, talking, type Context } from '../context.ts'
import { Failure } from '../failure.ts'
import { collect, findOrganization, openTree, readPlace, walkTo } from '../place.ts'
import { chooseServer } from '../server/keys.ts'
import { openServer, type Server } from '../server/server.ts'
import { columnsOf, fileRow, type Row } from '../terminal/rows.ts'
import { formatCount, printable } from '../terminal/text.ts'

const AT_ONCE = 200
const USUALLY = 100
const MOST = 10_000

export const help = `trove find ORGANIZATION[/FOLDER…] [WORD…]

Finds files by words of their name, tags, description, camera, uploader, year and text, and by what they are.
The best matches come first, of equal ones the newest. A folder means the files in itself.

  --kind KINDS      image, video, audio, document …; commas between
  --tag NAME        with this tag; more than one: with all of them
  --camera NAME     its whole name
  --colour NAME     ${colours.join(', ')}, or #1e90ff
  --from, --to DAY  when it happened: 2026-05-04
  --larger SIZE, --smaller SIZE   8MB, 1GiB
  --shape SHAPE     ${orientations.join(', ')}
  --limit NUMBER    no more than that; ${USUALLY} unless said, at most ${MOST}
  -l, --long        type, who added it and id as well
  --server URL      which Trove, where there are keys for several
  --json            an object a line

  trove find family beach 2019
  trove find studio --kind video --larger 1GB --json
  trove find clinic "knee left" --tag Wound --from 2026-01-01`

const options = {
  ...talking,
  kind: { type: 'string' },
  tag: { type: 'string', multiple: true },
  camera: { type: 'string' },
  colour: { type: 'string' },
  from: { type: 'string' },
  to: { type: 'string' },
  larger: { type: 'string' },
  smaller: { type: 'string' },
  shape: { type: 'string' },
  limit: { type: 'string' },
  long: { type: 'boolean', short: 'l' },
} as const

const parse = (words: readonly string[]) => parseArgs({ args: [...words], allowPositionals: true, options })
type Flags = ReturnType<typeof parse>['values']

/** @returns the exit code */
export async function run({ words, environment, streams, signal }: Context): Promise<number> {
  const { values: flags, positionals } = parse(words)
  const [place, ...said] = positionals
  if (place === undefined)
    throw new Failure('misunderstood', 'Say where to look: ORGANIZATION, or ORGANIZATION/FOLDER.')
  const limit = limitOf(flags.limit)
  const asked = filterOf(flags, said.join(' '))
  if (Object.keys(asked).length === 0 && flags.tag === undefined)
    throw new Failure('misunderstood', 'Say what to find: words, or a flag such as --kind image.')
  const server = openServer({ ...chooseServer(flags.server, environment), environment, signal, giveUpMs: 0 })
  try {
    const { organization, way } = readPlace(place)
    const { id: organizationId } = await findOrganization(server, organization)
    const folderId = await walkTo(openTree(server, organizationId), way, 'refuse')
    const tagIds = await tagIdsOf(server, organizationId, flags.tag ?? [])
    const query = { ...asked, ...(folderId !== undefined && { folderId }), ...(tagIds !== undefined && { tagIds }) }
    const { found, isAll } = await search(server, organizationId, { query, limit })
    const rows = found.map(rowOf)
    const lines = flags.json
      ? rows.map(({ json }) => JSON.stringify(json))
      : columnsOf(rows.map((row) => (flags.long ? row.long : row.short)))
    for (const line of lines) streams.out.write(`${line}\n`)
    if (!flags.json && found.length === 0) streams.err.write('Nothing found.\n')
    if (!flags.json && !isAll)
      streams.err.write(`There is more than ${formatCount(limit, 'file')}; --limit shows more of them.\n`)
    return 0
  } finally {
    server.close()
  }
}

function filterOf(flags: Flags, words: string): FileFilter {
  const { kind, camera, colour, from, to, larger, smaller, shape } = flags
  for (const one of kind?.split(',') ?? []) among('--kind', one, kinds)
  for (const [flag, day] of Object.entries({ from, to }))
    if (day !== undefined && !/^\d{4}-\d\d-\d\d$/.test(day))
      throw new Failure('misunderstood', `--${flag} takes a day such as 2026-05-04, not ${printable(day)}.`)
  if (colour !== undefined && !/^#[0-9a-f]{6}$/i.test(colour)) among('--colour', colour, colours)
  const bounds = { least: 0, most: Number.MAX_SAFE_INTEGER }
  return {
    ...(words !== '' && { q: words }),
    ...(kind !== undefined && { kinds: kind }),
    ...(camera !== undefined && { camera }),
    ...(colour !== undefined && { colour }),
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
    ...(larger !== undefined && { sizeFrom: sizeOf('--larger', larger, bounds) }),
    ...(smaller !== undefined && { sizeTo: sizeOf('--smaller', smaller, bounds) }),
    ...(shape !== undefined && { orientation: among('--shape', shape, orientations) }),
  }
}

function among<const T extends string>(flag: string, text: string, known: readonly T[]): T {
  const found = known.find((one) => one === text)
  if (found === undefined)
    throw new Failure('misunderstood', `${flag} takes ${known.join(', ')}, not ${printable(text)}.`)
  return found
}

function limitOf(text: string | undefined): number {
  const limit = Number(text ?? USUALLY)
  if (!Number.isInteger(limit) || limit < 1 || limit > MOST)
    throw new Failure('misunderstood', `--limit takes a whole number from 1 to ${MOST}.`)
  return limit
}

/** Undefined when none is named. @throws Failure  not-found */
async function tagIdsOf(server: Server, organizationId: string, names: readonly string[]): Promise<string | undefined> {
  const ids: string[] = []
  for (const name of names) {
    const tags = await collect((cursor) =>
      server.call(listTags, {
        params: { organizationId },
        query: { name, limit: AT_ONCE, ...(cursor !== undefined && { cursor }) },
      }),
    )
    const tag = tags.find((one) => one.name.toLowerCase() === name.toLowerCase())
    if (tag === undefined) throw new Failure('not-found', `There is no tag "${printable(name)}".`)
    ids.push(tag.id)
  }
  return ids.length === 0 ? undefined : ids.join()
}

/** As many as are wanted, and whether there are no more. */
async function search(
  server: Server,
  organizationId: string,
  { query, limit }: { query: FileFilter; limit: number },
): Promise<{ found: SearchResult[]; isAll: boolean }> {
  const found: SearchResult[] = []
  for (let cursor: string | undefined; ;) {
    const page = await server.call(searchFiles, {
      params: { organizationId },
      query: { ...query, limit: Math.min(AT_ONCE, limit - found.length), ...(cursor !== undefined && { cursor }) },
    })
    found.push(...page.items)
    if (page.next === undefined || page.items.length === 0) return { found, isAll: true }
    if (found.length >= limit) return { found: found.slice(0, limit), isAll: false }
    cursor = page.next
  }
}

/** What was found in a text is told with its page. */
function rowOf({ file, place, passage }: SearchResult): Row {
  const { short, long, json } = fileRow(file)
  const onPage = passage === undefined ? '' : ` (page ${passage.page})`
  const named = (cells: readonly string[]) => [...cells.slice(0, -1), `${cells.at(-1) ?? ''}${onPage}`]
  return {
    short: named(short),
    long: named(long),
    json: { ...(json as object), happenedAt: file.happenedAt, place, ...(passage !== undefined && { passage }) },
  }
}
