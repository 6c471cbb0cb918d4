import { createDatabase } from '../platform.ts'
import { bytesFor, names, namesThatAreNoText, type NameCase } from '../media/names.ts'
import { makeHome, signUp, startPart, type Person } from '../server.ts'
import { metadataOf } from '../tus.ts'

const AT_ONCE = 8

/** Every name by every door that takes one: the upload, renaming, searching, the header of a download. Lists violations. */
export async function tryNames(isChosen: (index: number) => boolean): Promise<{ names: number; violations: string[] }> {
  const database = await createDatabase()
  const home = await makeHome('e2', database.url)
  const api = await startPart('api', home.environment)
  const chosen = names.filter((_, index) => isChosen(index))
  const violations: string[] = []
  try {
    const person = await signUp(api.origin)
    const victim = await uploadAs(person, 'victim.txt', Buffer.from('Some text.\n'))
    for (let at = 0; at < chosen.length; at += AT_ONCE)
      violations.push(
        ...(await Promise.all(chosen.slice(at, at + AT_ONCE).map((name) => tryName(person, name)))).flat(),
      )
    for (const one of chosen) violations.push(...(await tryRename(person, victim.fileId ?? '', one)))
    for (const bytes of namesThatAreNoText) violations.push(...(await tryNoText(person, bytes)))
    for (const line of api.words().split('\n'))
      if (/"level":(50|60)/.test(line)) violations.push(`logged: ${line.slice(0, 500)}`)
    return { names: chosen.length, violations }
  } finally {
    await api.stop()
    await database.drop()
    await home.remove()
  }
}

async function uploadAs(
  { tus, organizationId }: Person,
  filename: string,
  bytes: Buffer,
): Promise<{ status: number; fileId?: string; detail: string }> {
  const reply = await tus.create({ length: bytes.length, organizationId, filename }, bytes)
  const fileId = reply.headers['trove-file-id']
  return {
    status: reply.status,
    detail: reply.body.toString().slice(0, 300),
    ...(typeof fileId === 'string' && { fileId }),
  }
}

async function tryName(person: Person, { name, isAccepted, why }: NameCase): Promise<string[]> {
  const said = (what: string) => [`${JSON.stringify(name.slice(0, 60))} (${why}): ${what}`]
  // Base64 of half a character is that of its replacement: as bytes such a name cannot be sent at all.
  if (!name.isWellFormed()) return []
  const uploaded = await uploadAs(person, name, Buffer.from(await bytesFor(name)))
  if (!isAccepted)
    return uploaded.status >= 400 && uploaded.status < 500 ? [] : said(`upload answered ${uploaded.status}`)
  // The name may be kept and its extension still be one that this organization does not take.
  if (uploaded.status === 415 || uploaded.status === 403 || uploaded.status === 422)
    return isRefusedByType(uploaded.detail) ? [] : said(`upload answered ${uploaded.status} ${uploaded.detail}`)
  if (uploaded.status !== 201 || uploaded.fileId === undefined)
    return said(`upload answered ${uploaded.status} ${uploaded.detail}`)
  const file = await person.send('GET', `/api/files/${uploaded.fileId}`)
  if (file.json()['name'] !== name) return said(`came back as ${JSON.stringify(file.json()['name'])}`)
  const found = await search(person, name)
  if (name.length <= 200 && !found.ids.includes(uploaded.fileId))
    return said(`is not found by its name: ${found.status}`)
  const content = await person.send('GET', `/api/files/${uploaded.fileId}/content?download`)
  const disposition = String(content.headers['content-disposition'])
  if (content.status !== 200 || !/^attachment; filename="/.test(disposition))
    return said(`content answered ${content.status} ${disposition}`)
  const encoded = /filename\*=UTF-8''(\S+)$/.exec(disposition)?.[1]
  const told = encoded === undefined ? /filename="([^"]*)"/.exec(disposition)?.[1] : decodeURIComponent(encoded)
  return told === name ? [] : said(`is downloaded as ${JSON.stringify(told)}`)
}

const isRefusedByType = (detail: string) => /problem:type-/.test(detail)

async function search(person: Person, name: string): Promise<{ status: number; ids: string[] }> {
  const ids: string[] = []
  let cursor = ''
  for (;;) {
    const query = `name=${encodeURIComponent(name)}&limit=200${cursor && `&cursor=${cursor}`}`
    const reply = await person.send('GET', `/api/organizations/${person.organizationId}/files?${query}`)
    if (reply.status !== 200) return { status: reply.status, ids }
    const { items, next } = reply.json() as { items: { id: string }[]; next?: string }
    ids.push(...items.map(({ id }) => id))
    if (next === undefined) return { status: 200, ids }
    cursor = next
  }
}

async function tryRename(person: Person, fileId: string, { name, isAccepted, why }: NameCase): Promise<string[]> {
  const said = (what: string) => [`${JSON.stringify(name.slice(0, 60))} (${why}): ${what}`]
  const renamed = await person.send('PATCH', `/api/files/${fileId}`, { name })
  if (!isAccepted)
    return renamed.status >= 400 && renamed.status < 500 ? [] : said(`renaming answered ${renamed.status}`)
  if (renamed.status !== 200)
    return said(`renaming answered ${renamed.status} ${renamed.body.toString().slice(0, 200)}`)
  const file = await person.send('GET', `/api/files/${fileId}`)
  return renamed.json()['name'] === name && file.json()['name'] === name
    ? []
    : said(`renamed to ${JSON.stringify(file.json()['name'])}`)
}

async function tryNoText({ tus, organizationId }: Person, bytes: Buffer): Promise<string[]> {
  const metadata = `${metadataOf({ organizationId })},filename ${bytes.toString('base64')}`
  const reply = await tus.send('POST', '/api/uploads', { 'upload-length': 5, 'upload-metadata': metadata })
  return reply.status >= 400 && reply.status < 500
    ? []
    : [`the bytes ${bytes.toString('hex')} as a name: ${reply.status}`]
}
