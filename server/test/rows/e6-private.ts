import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { FileSizes } from '@trove/contract/sizes'
import { bearer, makeOrganization, makeUser } from '../make.ts'
import { imageSpecimens } from '../media/catalogue-images.ts'
import { jpeg, privateFacts, privateWords } from '../media/make.ts'
import { startTestPlatform, type TestPlatform } from '../platform.ts'
import { startProcessing } from '../processing.ts'
import { makeStoredFile, untilSettled } from '../stored.ts'

const run = promisify(execFile)
const WITHIN_MS = 90_000

/** What no derivative may say, in any spelling that a program writes: words, and the numbers of the place. */
const SECRETS = [...privateWords, 'Quistgaard', '57.0488', '9.9217', 'Kestrel']
/** Groups of tags that say something about somebody. What is left says how the picture is stored. */
const TELLING = /^(EXIF|IPTC|XMP|GPS|MakerNotes|Photoshop|ExifIFD|IFD0|IFD1)/

/**
 * E6: every variant of every format, and every other size, made of files that name people and places.
 *
 * @returns what is wrong, and how many derivatives `exiftool` has read: none where it is not installed
 */
export async function lookForSecrets(): Promise<{ derivatives: number; read: number; faults: string[] }> {
  const t = await startTestPlatform()
  const processing = await startProcessing(t)
  const { db } = t.platform
  const folder = await mkdtemp(join(tmpdir(), 'trove-secrets-'))
  try {
    await makeAll(t)
    const variants = await db.selectFrom('variant').selectAll().execute()
    const faults: string[] = []
    for (const variant of variants) {
      const path = join(folder, `${variant.id}.${variant.media_type.split('/')[1] ?? ''}`)
      const bytes = Buffer.concat((await (await t.platform.objects.get(variant.object_key)).toArray()) as Buffer[])
      await writeFile(path, bytes)
      const name = `${variant.name} ${variant.media_type} ${variant.number}`
      for (const secret of SECRETS)
        for (const spelling of [secret, Buffer.from(secret, 'utf16le')])
          if (bytes.includes(spelling)) faults.push(`${name} tells ${secret}`)
    }
    const read = await readByExiftool(folder, faults)
    return { derivatives: variants.length, read, faults }
  } finally {
    await processing.stop()
    await t.stop()
    await rm(folder, { recursive: true })
  }
}

/** Large enough for every size and format. */
const LARGE = {
  name: 'large.jpg',
  make: () => jpeg({ facts: privateFacts, widthPixels: 2600, heightPixels: 1800 }),
}

/** Every private picture with all of its variants, formats and sizes. */
async function makeAll(t: TestPlatform): Promise<void> {
  const uploader = await makeUser(t.platform)
  const { id: organizationId } = await makeOrganization(t.platform, uploader)
  const { app } = await t.api()
  const headers = await bearer(t.platform, uploader)
  const ids: string[] = []
  // The same bytes under two names are one blob.
  const blobs = new Set<string>()
  for (const { name, make } of [LARGE, ...imageSpecimens.filter(({ isPrivate }) => isPrivate)]) {
    const { id, blobId } = await makeStoredFile(t.platform, { organizationId, uploader, name, bytes: await make() })
    ids.push(id)
    blobs.add(blobId)
  }
  await untilSettled(t.platform, organizationId, WITHIN_MS)
  for (const id of ids) {
    const { sizes } = (await app.inject({ url: `/api/files/${id}/sizes`, headers })).json<FileSizes>()
    for (const { path } of sizes) await app.inject({ url: `/api${path}`, headers })
  }
  for (const until = Date.now() + WITHIN_MS; Date.now() < until;) {
    const steps = await t.platform.db.selectFrom('step').select('status').where('name', '=', 'formats').execute()
    if (steps.length >= blobs.size && steps.every(({ status }) => status !== 'waiting' && status !== 'running')) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error('not every format was made in time')
}

async function readByExiftool(folder: string, faults: string[]): Promise<number> {
  const options = ['-a', '-G1', '-json', '-struct', folder]
  const told = await run('exiftool', options, { maxBuffer: 1 << 26 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' && process.env['CI'] !== 'true') return undefined
    throw error
  })
  const files = told === undefined ? [] : (JSON.parse(told.stdout) as Record<string, unknown>[])
  for (const file of files)
    for (const tag of Object.keys(file)) if (TELLING.test(tag)) faults.push(`${String(file['SourceFile'])} has ${tag}`)
  return files.length
}
