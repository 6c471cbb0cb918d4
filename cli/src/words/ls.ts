import { parseArgs } from 'node:util'
import type { Folder } from '@trove/contract/folders'
import { listOrganizations } from '@trove/contract/organizations'
import { talking, type Context } from '../context.ts'
import { Failure } from '../failure.ts'
import { findFolder, findOrganization, listAllFiles, listAllFolders, openTree, readPlace } from '../place.ts'
import { chooseServer } from '../server/keys.ts'
import { openServer, type Server } from '../server/server.ts'
import { columnsOf, fileRow, type Row } from '../terminal/rows.ts'
import { formatBytes, formatDate, printable } from '../terminal/text.ts'

const sorts = ['name', 'date', 'size'] as const
type Sort = (typeof sorts)[number]

export const help = `trove ls [ORGANIZATION[/FOLDER…]]

Lists your organizations, or the folders and files at a place: size, when it was added, and name.

  -l, --long      type, who added it and id as well
  --sort BY       name, date (newest first) or size (largest first); name unless said
  --server URL    which Trove, where there are keys for several
  --json          an object a line

  trove ls
  trove ls family/Photos --long
  trove ls studio --sort size --json`

/** @returns the exit code */
export async function run({ words, environment, streams, signal }: Context): Promise<number> {
  const { values: flags, positionals } = parseArgs({
    args: [...words],
    allowPositionals: true,
    options: { ...talking, long: { type: 'boolean', short: 'l' }, sort: { type: 'string' } },
  })
  const sort = sorts.find((one) => one === (flags.sort ?? 'name'))
  if (sort === undefined || positionals.length > 1)
    throw new Failure(
      'misunderstood',
      sort === undefined ? `--sort takes ${sorts.join(', ')}.` : 'One place at a time.',
    )
  const server = openServer({ ...chooseServer(flags.server, environment), environment, signal, giveUpMs: 0 })
  try {
    const [place] = positionals
    const rows = place === undefined ? await organizationRows(server) : await placeRows(server, place, sort)
    const lines = flags.json
      ? rows.map(({ json }) => JSON.stringify(json))
      : columnsOf(rows.map((row) => (flags.long ? row.long : row.short)))
    for (const line of lines) streams.out.write(`${line}\n`)
    return 0
  } finally {
    server.close()
  }
}

async function organizationRows(server: Server): Promise<Row[]> {
  const { items } = await server.call(listOrganizations, {})
  return items.map(({ id, slug, name, role, status, quota }) => {
    const used = quota === undefined ? '' : `${formatBytes(quota.usedBytes)} of ${formatBytes(quota.limitBytes)}`
    const shown = `${printable(name)}/`
    return {
      short: [used, slug, shown],
      long: [used, role, status, id, slug, shown],
      json: { kind: 'organization', id, slug, name, role, status, ...(quota && { quota }) },
    }
  })
}

async function placeRows(server: Server, text: string, sort: Sort): Promise<Row[]> {
  const { organization, way } = readPlace(text)
  const { id: organizationId } = await findOrganization(server, organization)
  const tree = openTree(server, organizationId)
  let folderId: string | undefined
  for (const [depth, name] of way.entries()) {
    const found = await findFolder(tree, folderId, name)
    if (found === undefined) {
      const files = depth === way.length - 1 ? await listAllFiles(server, organizationId, folderId) : []
      const named = files.filter((file) => file.name === name)
      if (named.length > 0) return named.map(fileRow)
      throw new Failure(
        'not-found',
        `There is no "${printable(name)}" in ${printable([organization, ...way.slice(0, depth)].join('/'))}.`,
      )
    }
    folderId = found
  }
  const [folders, files] = await Promise.all([
    listAllFolders(server, organizationId, folderId),
    listAllFiles(server, organizationId, folderId),
  ])
  return [
    ...folders.toSorted(by(sort === 'size' ? 'name' : sort)).map(folderRow),
    ...files.toSorted(by(sort)).map(fileRow),
  ]
}

type Sortable = { name: string; createdAt: string; sizeBytes?: number }

const inOrder = new Intl.Collator(undefined, { numeric: true })

function by(sort: Sort): (a: Sortable, b: Sortable) => number {
  if (sort === 'date') return (a, b) => Date.parse(b.createdAt) - Date.parse(a.createdAt)
  if (sort === 'size') return (a, b) => (b.sizeBytes ?? 0) - (a.sizeBytes ?? 0)
  return (a, b) => inOrder.compare(a.name, b.name)
}

function folderRow({ id, name, createdAt, createdBy }: Folder): Row {
  const shown = `${printable(name)}/`
  const at = formatDate(createdAt)
  return {
    short: ['', at, shown],
    long: ['', at, 'folder', printable(createdBy.name), id, shown],
    json: { kind: 'folder', id, name, createdAt, createdBy },
  }
}
