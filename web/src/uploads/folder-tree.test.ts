import { assert, describe, test } from 'vitest'
import { createFolderTree, folderAt } from './folder-tree.ts'

/** Folders of an organization, as a server keeps them; counts what it is asked. */
function createServer(existing: { id: string; name: string; parentId?: string }[] = []) {
  const folders = [...existing]
  const server = {
    folders,
    asked: 0,
    isDown: false,
    remote: {
      async folders(_: string, parentId: string | undefined) {
        server.asked += 1
        await Promise.resolve()
        if (server.isDown) throw new Error('Nothing answered.')
        return folders.filter((one) => one.parentId === parentId)
      },
      async makeFolder(_: string, body: { name: string; parentId?: string }) {
        const made = { id: `made-${folders.length}`, ...body }
        folders.push(made)
        return made as never
      },
    },
  }
  return server
}
const target = { organizationId: 'org', folderId: 'ward' }

describe('the folders of a dropped tree', () => {
  test('are made once, each in its parent, however many files ask at the same time', async () => {
    const server = createServer([{ id: 'ward', name: 'Ward' }])
    const tree = createFolderTree(server.remote, target)
    const ways = Array.from({ length: 200 }, (_, i) => (i % 2 === 0 ? 'Shoot/Day 1' : 'Shoot/Day 2'))
    const ids = await Promise.all(ways.map((way) => folderAt(tree, way)))
    assert.strictEqual(new Set(ids).size, 2)
    const shoot = server.folders.find(({ name }) => name === 'Shoot')
    assert.strictEqual(shoot?.parentId, 'ward')
    assert.deepEqual(
      server.folders.filter(({ parentId }) => parentId === shoot?.id).map(({ name }) => name),
      ['Day 1', 'Day 2'],
    )
    assert.strictEqual(server.asked, 1, 'only the folder that was there before is asked what is in it')
  })

  test('are found by name when they are there, as after a reload', async () => {
    const server = createServer([
      { id: 'ward', name: 'Ward' },
      { id: 'shoot', name: 'Shoot', parentId: 'ward' },
      { id: 'day', name: 'Day 1', parentId: 'shoot' },
    ])
    assert.strictEqual(await folderAt(createFolderTree(server.remote, target), 'Shoot/Day 1'), 'day')
    assert.strictEqual(server.folders.length, 3)
  })

  test('are looked for again after the line was lost', async () => {
    const server = createServer([{ id: 'ward', name: 'Ward' }])
    const tree = createFolderTree(server.remote, target)
    server.isDown = true
    assert.strictEqual(await folderAt(tree, 'Shoot').catch(() => 'lost'), 'lost')
    server.isDown = false
    assert.strictEqual(await folderAt(tree, 'Shoot'), 'made-1')
  })
})
