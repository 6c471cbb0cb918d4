import { hammer, uploadMany, withTrove, type Load } from '../load.ts'
import { seedFiles } from '../seed.ts'
import { signUp } from '../server.ts'

const MEGABYTE = 1_000_000

/** F1: files of 5 MB, so many at once. */
export function uploadAtSpeed(count: number, atOnce: number, environment: Record<string, string> = {}) {
  return withTrove(
    ['api'],
    async ({ api }) => uploadMany(await signUp(api.origin), { count, atOnce, sizeBytes: 5 * MEGABYTE }),
    environment,
  )
}

/** F2: the list of files, read by ten at once while so many uploads are under way. */
export function listWhileUploading(
  atOnce: number,
  seconds: number,
): Promise<Load & { uploaded: number; errors: string[] }> {
  return withTrove(['api'], async ({ api }) => {
    const person = await signUp(api.origin)
    let isOver = false
    const uploading = uploadMany(person, { count: 1e6, atOnce, sizeBytes: 5 * MEGABYTE, isOver: () => isOver })
    const url = `${api.origin}/api/organizations/${person.organizationId}/files`
    const load = await hammer(url, person.authorization, { connections: 10, seconds })
    isOver = true
    const { done, errors } = await uploading
    return { ...load, uploaded: done, errors }
  })
}

export type Reads = Record<'me' | 'file' | 'list', Load>

/** F3: what a signed-in page reads, at 100 connections, among so many files. */
export function readAuthenticated(files: number, seconds: number): Promise<Reads> {
  return withTrove(['api'], async ({ api, databaseUrl }) => {
    const person = await signUp(api.origin)
    await seedFiles({ databaseUrl, organizationId: person.organizationId, userId: person.userId, count: files })
    const list = `/api/organizations/${person.organizationId}/files`
    const [newest] = (await person.send('GET', list)).json()['items'] as { id: string }[]
    const read = (path: string) => hammer(api.origin + path, person.authorization, { connections: 100, seconds })
    return { me: await read('/api/me'), file: await read(`/api/files/${newest?.id}`), list: await read(list) }
  })
}
