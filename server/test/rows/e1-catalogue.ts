import assert from 'node:assert/strict'
import { defaultKinds } from '@trove/contract/media-types'
import type { StepName } from '@trove/contract/processing'
import type { Selectable } from 'kysely'
import sharp from 'sharp'
import { judgeType, mediaTasks, createRenderer, sniff, useRenderer } from '../../src/domain/media/index.ts'
import { startWorkers } from '../../src/platform/jobs/index.ts'
import type { Variant } from '../../src/platform/db/schema.gen.ts'
import type { Platform } from '../../src/platform/platform.ts'
import { Problem } from '../../src/platform/problem.ts'
import { makeOrganization, makeUser } from '../make.ts'
import { catalogue, type Specimen } from '../media/catalogue.ts'
import { corners, privateWords, type Colour } from '../media/make.ts'
import { startTestPlatform, type TestPlatform } from '../platform.ts'
import { makeStoredFile, untilSettled, untilStepsEnd } from '../stored.ts'

/** Encoders and the four inks of print shift colours; a corner in the wrong place is off by far more. */
const COLOUR_TOLERANCE = 70
const DURATION_TOLERANCE_MS = 120
const SETTLED_WITHIN_MS = 400_000

/**
 * E1: every specimen ends as the catalogue says, with the facts that it says, upright, and without what is private.
 *
 * @param options.unawaited  steps that are not waited for; of what they have made until then it is looked at all the same
 */
export async function runCatalogue(
  chosen: (specimen: Specimen, index: number) => boolean,
  { unawaited = [] }: { unawaited?: readonly StepName[] } = {},
): Promise<{ specimens: number; faults: string[] }> {
  const specimens = catalogue.filter(chosen)
  const t = await startTestPlatform()
  const renderer = createRenderer(t.platform)
  useRenderer(t.platform, renderer)
  const workers = await startWorkers(t.platform, mediaTasks, {
    connectionString: t.config.databaseUrl,
    log: t.platform.log,
    slots: 2,
  })
  try {
    const accepted = new Map<string, Specimen>()
    const faults: string[] = []
    const organizationId = await store(t, specimens, accepted, faults)
    await untilSettled(t.platform, organizationId, SETTLED_WITHIN_MS)
    await untilStepsEnd(t.platform, SETTLED_WITHIN_MS, unawaited)
    for (const [fileId, specimen] of accepted)
      for (const fault of await compare(t.platform, fileId, specimen))
        faults.push(`${specimen.name} (${specimen.why}): ${fault}`)
    return { specimens: specimens.length, faults }
  } finally {
    await workers.stop()
    renderer.close()
    await t.stop()
  }
}

async function store(
  { platform }: TestPlatform,
  specimens: readonly Specimen[],
  accepted: Map<string, Specimen>,
  faults: string[],
): Promise<string> {
  const uploader = await makeUser(platform)
  const { id: organizationId } = await makeOrganization(platform, uploader)
  for (const specimen of specimens) {
    const bytes = await specimen.make()
    const refusal = bytes.length === 0 ? 'empty-file' : judge(specimen.name, bytes)
    if (refusal !== undefined) {
      const isRight = specimen.outcome === 'refused' && (specimen.problem === undefined || specimen.problem === refusal)
      if (!isRight) faults.push(`${specimen.name} (${specimen.why}): refused as ${refusal}`)
    } else if (specimen.outcome === 'refused') {
      faults.push(`${specimen.name} (${specimen.why}): accepted`)
    } else {
      const { id } = await makeStoredFile(platform, { organizationId, uploader, name: specimen.name, bytes })
      accepted.set(id, specimen)
    }
  }
  return organizationId
}

function judge(filename: string, bytes: Buffer): string | undefined {
  try {
    judgeType({ filename, allowedKinds: defaultKinds })
    judgeType({ filename, allowedKinds: defaultKinds, head: bytes.subarray(0, 65_536) })
    return undefined
  } catch (error) {
    assert.ok(error instanceof Problem)
    return error.kind
  }
}

async function compare(platform: Platform, fileId: string, specimen: Specimen): Promise<string[]> {
  const row = await platform.db
    .selectFrom('file')
    .innerJoin('version', 'version.id', 'file.current_version_id')
    .leftJoin('media', 'media.blob_id', 'version.blob_id')
    .select(['file.kind', 'version.status', 'version.failure', 'version.blob_id', 'version.media_type', 'media.facts'])
    .select(['media.width_pixels', 'media.height_pixels', 'media.duration_ms', 'media.pages'])
    .where('file.id', '=', fileId)
    .executeTakeFirstOrThrow()
  const faults: string[] = []
  const expect = (what: string, is: unknown, wanted: unknown) =>
    void (wanted !== undefined && is !== wanted && faults.push(`${what} is ${String(is)}, not ${String(wanted)}`))
  if (specimen.outcome !== 'settled' && row.status !== specimen.outcome) return [`${row.status}: ${row.failure ?? ''}`]
  expect('kind', row.kind, specimen.kind)
  expect('type', row.media_type, specimen.mediaType)
  if (row.status !== 'ready') return faults
  expect('width', row.width_pixels, specimen.widthPixels)
  expect('height', row.height_pixels, specimen.heightPixels)
  expect('pages', row.pages, specimen.pages)
  if (specimen.isAnimated) expect('animated', (row.facts as { isAnimated?: boolean } | null)?.isAnimated, true)
  if (
    specimen.durationMs !== undefined &&
    Math.abs((row.duration_ms ?? 0) - specimen.durationMs) > DURATION_TOLERANCE_MS
  )
    expect('duration', row.duration_ms, specimen.durationMs)
  for (const fault of await lookAtVariants(platform, row.blob_id, specimen)) faults.push(fault)
  return faults
}

async function lookAtVariants(platform: Platform, blobId: string, specimen: Specimen): Promise<string[]> {
  const faults: string[] = []
  const variants = await platform.db.selectFrom('variant').selectAll().where('blob_id', '=', blobId).execute()
  if (specimen.isUpright && variants.length < 3) faults.push(`only ${variants.length} variants`)
  for (const variant of variants) {
    const name = `${variant.name} ${variant.number} as ${variant.media_type}`
    const bytes = Buffer.concat((await (await platform.objects.get(variant.object_key)).toArray()) as Buffer[])
    for (const words of privateWords) if (bytes.includes(words)) faults.push(`${name} tells ${words}`)
    for (const fault of await lookAtOne(variant, bytes, specimen)) faults.push(`${name} ${fault}`)
  }
  return faults
}

/** Each by what it is: points, a recording, or a picture. */
async function lookAtOne(variant: Selectable<Variant>, bytes: Buffer, { isUpright }: Specimen): Promise<string[]> {
  const { name, media_type: mediaType, width_pixels: width, height_pixels: height } = variant
  if (name === 'waveform') {
    const { points } = variant.facts as { points?: number }
    return points === bytes.length && points > 0 ? [] : [`has ${bytes.length} points, not ${points}`]
  }
  if (sniff(bytes)?.mediaType !== mediaType) return [`is ${sniff(bytes)?.mediaType}`]
  if (name === 'proxy') return []
  const faults: string[] = []
  const metadata = await sharp(bytes).metadata()
  if (metadata.width !== width || metadata.height !== height) faults.push(`is ${metadata.width} x ${metadata.height}`)
  if (metadata.exif !== undefined || metadata.xmp !== undefined || metadata.iptc !== undefined)
    faults.push('carries metadata')
  // A sheet is many pictures, and later pages are others.
  return isUpright && name !== 'sheet' && variant.number <= 1 ? [...faults, ...(await lookAtCorners(bytes))] : faults
}

async function lookAtCorners(bytes: Buffer): Promise<string[]> {
  const { data, info: size } = await sharp(bytes).removeAlpha().raw().toBuffer({ resolveWithObject: true })
  const inset = Math.max(2, Math.round(Math.min(size.width, size.height) * 0.04))
  const at = (x: number, y: number) => [...data.subarray((y * size.width + x) * 3, (y * size.width + x) * 3 + 3)]
  const [right, bottom] = [size.width - 1 - inset, size.height - 1 - inset]
  const seen = {
    topLeft: at(inset, inset),
    topRight: at(right, inset),
    bottomLeft: at(inset, bottom),
    bottomRight: at(right, bottom),
  }
  const isOff = (colour: number[], wanted: Colour) =>
    colour.some((value, channel) => Math.abs(value - (wanted[channel] ?? 0)) > COLOUR_TOLERANCE)
  return (Object.keys(corners) as (keyof typeof corners)[])
    .filter((corner) => isOff(seen[corner], corners[corner]))
    .map((corner) => `${corner} is ${String(seen[corner])}, not ${String(corners[corner])}`)
}
