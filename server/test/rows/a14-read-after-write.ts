import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { bearer, makeFolder, makeGrant, makeMember, makeOrganization, makeUser } from '../make.ts'
import { startTestPlatform } from '../platform.ts'
import { metadataOf, sha256Of, tusClient } from '../tus.ts'

/**
 * A14: an upload is finished, and at once its file is there for everybody: HEAD, GET and the list of another session.
 *
 * There is no replacing while somebody reads: an object is written once and its key never used again, so that a reader
 * has either the bytes of one key or none. That a key cannot be written twice is what `object-store.suite.ts` asks of
 * every driver; here every key is seen to be another.
 */
export async function readAfterWrite(times: number, environment: Record<string, string>): Promise<void> {
  const t = await startTestPlatform(environment)
  try {
    const { app } = await t.api()
    const origin = await app.listen({ port: 0, host: '127.0.0.1' })
    const [writer, reader] = [await makeUser(t.platform), await makeUser(t.platform)]
    const { id: organizationId } = await makeOrganization(t.platform, writer)
    await makeMember(t.platform, organizationId, reader, 'member')
    const { id: folderId } = await makeFolder(t.platform, { organizationId, maker: writer })
    await makeGrant(t.platform, { organizationId, resourceId: folderId, to: { user: reader.userId } })
    const writing = tusClient(origin, (await bearer(t.platform, writer)).authorization)
    const reading = tusClient(origin, (await bearer(t.platform, reader)).authorization)
    let hits = 0
    const once = async (index: number) => {
      const bytes = randomBytes(1 + ((index * 7919) % 100_000))
      const created = await writing.send(
        'POST',
        '/api/uploads',
        {
          'upload-length': bytes.length,
          'upload-metadata': metadataOf({ filename: `${index}.bin`, organizationId, folderId }),
          'content-type': 'application/offset+octet-stream',
        },
        bytes,
      )
      assert.equal(created.status, 201, created.body.toString())
      const id = String(created.headers['trove-file-id'])
      const path = `/api/files/${id}/content`
      const [head, got, listed] = await Promise.all([
        reading.send('HEAD', path),
        reading.get(path),
        reading.get(`/api/organizations/${organizationId}/files?folderId=${folderId}`),
      ])
      assert.deepEqual([head.status, Number(head.headers['content-length'])], [200, bytes.length], `HEAD ${index}`)
      assert.equal(sha256Of(got.body), sha256Of(bytes), `GET ${index}`)
      assert.ok(listed.body.toString().includes(id), `list ${index}`)
      hits += 1
    }
    for (let done = 0; done < times; done += 10)
      await Promise.all(Array.from({ length: Math.min(10, times - done) }, (_, at) => once(done + at)))
    assert.equal(hits, times)
    const keys = await t.platform.db.selectFrom('blob').select('object_key').execute()
    assert.equal(new Set(keys.map(({ object_key }) => object_key)).size, times)
  } finally {
    await t.stop()
  }
}
