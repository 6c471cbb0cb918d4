import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { openWorld, quotaOf, type Tenant, type World } from '../tenant.ts'
import { metadataOf, pathOf, type Reply } from '../tus.ts'

const FILE_BYTES = 1000
const FILES = 10
const AT_ONCE = 50

/** One file through one door. True: it became a file. */
type Door = (tenant: Tenant) => Promise<boolean>

const isFile = (reply: Reply): boolean => reply.headers['trove-file-id'] !== undefined

const doors: Record<string, Door> = {
  async creation({ tus, organizationId }) {
    const created = await tus.create({ length: FILE_BYTES, organizationId })
    if (!isIn(created)) return false
    return isFile(await tus.patch(pathOf(created), 0, randomBytes(FILE_BYTES)))
  },

  async 'creation with the bytes'({ tus, organizationId }) {
    const created = await tus.create({ length: FILE_BYTES, organizationId }, randomBytes(FILE_BYTES))
    return isIn(created) && isFile(created)
  },

  async 'a length told at the end'(tenant) {
    const path = await deferred(tenant)
    if (path === undefined) return false
    const first = await tenant.tus.patch(path, 0, randomBytes(FILE_BYTES / 2))
    if (!isIn(first)) return false
    const told = { 'upload-length': String(FILE_BYTES) }
    const last = await tenant.tus.patch(path, FILE_BYTES / 2, randomBytes(FILE_BYTES / 2), told)
    return isIn(last) && isFile(last)
  },

  async 'a length told when nothing has come'(tenant) {
    const path = await deferred(tenant)
    if (path === undefined) return false
    const told = await tenant.tus.patch(path, 0, Buffer.alloc(0), { 'upload-length': String(FILE_BYTES) })
    return isIn(told) && isFile(await tenant.tus.patch(path, 0, randomBytes(FILE_BYTES)))
  },

  async 'several parts'({ tus, organizationId }) {
    const part = async () => {
      const created = await tus.send('POST', '/api/uploads', {
        'upload-concat': 'partial',
        'upload-length': FILE_BYTES / 2,
        'upload-metadata': metadataOf({ organizationId }),
      })
      if (!isIn(created)) return undefined
      assert.equal((await tus.patch(pathOf(created), 0, randomBytes(FILE_BYTES / 2))).status, 204)
      return pathOf(created)
    }
    const parts = await Promise.all([part(), part()])
    if (parts.some((path) => path === undefined)) return false
    const joined = await tus.send('POST', '/api/uploads', {
      'upload-concat': `final;${parts.join(' ')}`,
      'upload-metadata': metadataOf({ filename: 'joined.bin', organizationId }),
    })
    return isIn(joined) && isFile(joined)
  },
}

/** Refused for want of room, or taken: nothing else may come of it. */
function isIn(reply: Reply): boolean {
  if (reply.status === 201 || reply.status === 204) return true
  assert.equal(reply.status, 413, reply.body.toString())
  assert.match(String(reply.json()['type']), /quota-exceeded$/)
  return false
}

async function deferred({ tus, organizationId }: Tenant): Promise<string | undefined> {
  const headers = { 'upload-defer-length': '1', 'upload-metadata': metadataOf({ filename: 'a.bin', organizationId }) }
  const created = await tus.send('POST', '/api/uploads', headers)
  return isIn(created) ? pathOf(created) : undefined
}

/** Room for ten files, fifty at once, through every door at the same time. Never is more used than there is. */
export async function raceThroughEveryDoor(rounds: number): Promise<void> {
  const world = await openWorld()
  try {
    for (let round = 0; round < rounds; round++) {
      const tenant = await world.makeTenant(FILES * FILE_BYTES)
      const ways = Object.values(doors)
      let isOver = false
      const watching = watch(world, tenant, () => isOver)
      const made = await Promise.all(
        Array.from({ length: AT_ONCE }, (_, i) => (ways[(i + round) % ways.length] as (typeof ways)[number])(tenant)),
      )
      isOver = true
      await watching
      const files = made.filter(Boolean).length
      const quota = await quotaOf(world, tenant)
      assert.ok(files <= FILES, `${files} files`)
      assert.equal(quota.files, files)
      assert.equal(quota.used, files * FILE_BYTES)
      assert.ok(quota.used + quota.reserved <= FILES * FILE_BYTES)
    }
  } finally {
    await world.t.stop()
  }
}

async function watch(world: World, tenant: Tenant, isOver: () => boolean): Promise<void> {
  while (!isOver()) {
    const { used, reserved } = await quotaOf(world, tenant)
    assert.ok(used + reserved <= FILES * FILE_BYTES, `${used} used and ${reserved} reserved`)
  }
}

/** What lies in the trash is charged: moving there makes no room, and coming back needs none. */
export async function raceWithTheTrash(): Promise<void> {
  const world = await openWorld()
  try {
    const tenant = await world.makeTenant(FILES * FILE_BYTES)
    const { tus, organizationId } = tenant
    const fileIds: string[] = []
    for (let file = 0; file < FILES; file++) {
      const created = await tus.create({ length: FILE_BYTES, organizationId }, randomBytes(FILE_BYTES))
      fileIds.push(String(created.headers['trove-file-id']))
    }
    const full = { used: FILES * FILE_BYTES, reserved: 0, files: FILES }
    const tryAll = () => Promise.all(Object.values(doors).map((door) => door(tenant)))
    const change = (what: 'trash' | 'restore') =>
      Promise.all(
        fileIds.slice(0, 5).map(async (fileId) => {
          const file = `/api/files/${fileId}`
          const { status } = await (what === 'trash' ? tus.delete(file) : tus.send('POST', `${file}/restore`))
          assert.ok(status < 300, `${what}: ${status}`)
        }),
      )
    for (const what of ['trash', 'restore'] as const) {
      const [made] = await Promise.all([tryAll(), change(what)])
      assert.deepEqual(new Set([...made, ...(await tryAll())]), new Set([false]), `nothing more after ${what}`)
      assert.deepEqual(await quotaOf(world, tenant), full)
    }
  } finally {
    await world.t.stop()
  }
}
