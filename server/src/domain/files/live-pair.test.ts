import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { FileDetails } from '@trove/contract/files'
import { bearer, makeFile, makeFolder, makeGrant, makeMember, makeOrganization, makeUser } from '../../../test/make.ts'
import { startTestPlatform, type TestPlatform } from '../../../test/platform.ts'
import type { UserActor } from '../../platform/actor.ts'

const MOMENT = '8A2C9B1E-0F4D-4C3A-9E5B-1D2F3A4B5C6D'

describe('the two halves of a live photograph', () => {
  let t: TestPlatform
  let owner: UserActor
  let organizationId: string
  before(async () => {
    t = await startTestPlatform()
    owner = await makeUser(t.platform)
    organizationId = (await makeOrganization(t.platform, owner)).id
  })
  after(() => t.stop())

  async function half(kind: 'image' | 'video', name: string, folderId?: string): Promise<string> {
    const { id, blobId } = await makeFile(t.platform, {
      organizationId,
      uploader: owner,
      name,
      ...(folderId !== undefined && { folderId }),
    })
    await t.platform.db.updateTable('file').set({ kind }).where('id', '=', id).execute()
    await t.platform.db
      .insertInto('media')
      .values({ blob_id: blobId, facts: JSON.stringify({ contentId: MOMENT, bitDepth: 8 }) })
      .execute()
    return id
  }
  const get = async (fileId: string, actor: UserActor) =>
    (
      await (
        await t.api()
      ).app.inject({ method: 'GET', url: `/api/files/${fileId}`, headers: await bearer(t.platform, actor) })
    ).json<FileDetails>()

  test('are told of one another in the same folder, to whoever may see both; what they share is told to nobody', async () => {
    const { id: folderId } = await makeFolder(t.platform, { organizationId, maker: owner, name: 'Holiday' })
    const [picture, clip] = [await half('image', 'IMG_1.HEIC', folderId), await half('video', 'IMG_1.MOV', folderId)]
    const told = await get(picture, owner)
    assert.deepEqual(told.livePair, { fileId: clip, name: 'IMG_1.MOV' })
    assert.deepEqual(told.facts, { bitDepth: 8 })
    assert.deepEqual((await get(clip, owner)).livePair, { fileId: picture, name: 'IMG_1.HEIC' })

    const guest = await makeUser(t.platform)
    await makeMember(t.platform, organizationId, guest, 'guest')
    await makeGrant(t.platform, { organizationId, resourceId: picture, to: { user: guest.userId }, rights: ['read'] })
    const seen = await get(picture, guest)
    assert.equal(seen.id, picture)
    assert.equal(seen.livePair, undefined)
  })

  test('are strangers in different folders', async () => {
    const { id: folderId } = await makeFolder(t.platform, { organizationId, maker: owner, name: 'Elsewhere' })
    const picture = await half('image', 'IMG_2.HEIC')
    await half('video', 'IMG_2.MOV', folderId)
    assert.equal((await get(picture, owner)).livePair, undefined)
  })
})
