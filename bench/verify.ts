import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { verify } from '../server/src/domain/storage/index.ts'
import { createHashing } from '../server/src/platform/hashing/index.ts'
import { makeOrganization, makeUser } from '../server/test/make.ts'
import { startTestPlatform } from '../server/test/platform.ts'
import { makeStoredFile } from '../server/test/stored.ts'
import type { Line } from './uploads.ts'

const MIB = 1024 * 1024
const LARGE = 8
const LARGE_BYTES = 64 * MIB
const SMALL = 1_000
const SMALL_BYTES = 100_000
const READERS = 2
const ROUNDS = 3

/** How fast stored bytes are read again and compared, beside `openssl dgst -sha256` over the same files. */
export async function benchVerify(): Promise<Line[]> {
  const t = await startTestPlatform()
  const hashing = createHashing()
  try {
    const uploader = await makeUser(t.platform)
    const fill = async (count: number, sizeBytes: number) => {
      const { id: organizationId } = await makeOrganization(t.platform, uploader)
      for (let i = 0; i < count; i += 1)
        await makeStoredFile(t.platform, {
          organizationId,
          uploader,
          name: 'a.bin',
          bytes: randomBytes(sizeBytes),
          isEnqueued: false,
        })
      return organizationId
    }
    const measure = async (name: string, organizationId: string, bytes: number): Promise<Line> => {
      const blobs = await t.platform.db
        .selectFrom('blob')
        .select('object_key as key')
        .where('organization_id', '=', organizationId)
        .execute()
      const paths = blobs.map(({ key }) => t.platform.objects.localPath(key) ?? '')
      let [ours, theirs] = [Infinity, Infinity]
      for (let round = 0; round < ROUNDS; round += 1) {
        theirs = Math.min(theirs, await secondsOf(() => execFileSync('openssl', ['dgst', '-sha256', ...paths])))
        ours = Math.min(
          ours,
          await secondsOf(async () => {
            const found = await verify(t.platform, { organizationId }, { kind: 'command', readers: READERS, hashing })
            if (found.faults.length > 0 || found.bytes !== bytes) throw new Error('it did not read what there is')
          }),
        )
      }
      const [value, limit] = [bytes / ours / MIB, bytes / theirs / MIB]
      return { name, value, limit, ratio: value / limit, unit: 'MiB/s' }
    }
    const large = await fill(LARGE, LARGE_BYTES)
    const small = await fill(SMALL, SMALL_BYTES)
    return [
      await measure(`verify, ${LARGE} files of ${LARGE_BYTES / MIB} MiB, against openssl`, large, LARGE * LARGE_BYTES),
      await measure(`verify, ${SMALL} files of ${SMALL_BYTES / 1000} kB, against openssl`, small, SMALL * SMALL_BYTES),
    ]
  } finally {
    await hashing.close()
    await t.stop()
  }
}

async function secondsOf(work: () => unknown): Promise<number> {
  const began = performance.now()
  await work()
  return (performance.now() - began) / 1000
}
