import type { File } from '@trove/contract/files'
import type { CountedTag, Tag } from '@trove/contract/tags'
import type { TimelineEvent, TimelineEventKind } from '@trove/contract/timeline-events'
import { call, type Client } from './client.ts'

const MEASURED_WITHIN_MS = 180_000

/** What the demonstration tells of its files, by their names. */
type Told = {
  kind: TimelineEventKind
  title: string
  text: string
  files: readonly string[]
  captions?: readonly string[]
  tags: readonly string[]
}

export const told: readonly Told[] = [
  {
    kind: 'series',
    title: 'Lake Orrin, one day',
    text: 'Seven hours of light from one tripod. The frame never moved; the wind did.',
    files: [
      'Lake Orrin 1 dawn.jpg',
      'Lake Orrin 2 morning.jpg',
      'Lake Orrin 3 noon.jpg',
      'Lake Orrin 4 golden.jpg',
      'Lake Orrin 5 dusk.jpg',
      'Lake Orrin 6 blue.jpg',
      'Lake Orrin 7 night.jpg',
    ],
    captions: [
      'First light, 05:41',
      'Mist gone',
      'Flat noon, for reference only',
      'The one for the poster',
      'Two stops down',
      'The blue hour that gave the film its name',
      'Thirty seconds, tripod weighed down',
    ],
    tags: ['Lake Orrin', 'Light study'],
  },
  {
    kind: 'series',
    title: 'Ink tests',
    text: 'Three tanks, three mixtures. The second one is what the titles are made of.',
    files: ['Ink 01.jpg', 'Ink 02.jpg', 'Ink 03.jpg'],
    captions: ['Plain water', 'With glycerine', 'With salt'],
    tags: ['Titles'],
  },
  {
    kind: 'photo',
    title: 'The hut under the Milky Way',
    text: 'Last clear night before the snow.',
    files: ['Milky Way, Fell hut.jpg'],
    tags: ['Night', 'Fell'],
  },
  {
    kind: 'clip',
    title: 'Harbour lights',
    text: 'Test of the slow shutter, graded.',
    files: ['Harbour lights.mp4'],
    tags: ['Night'],
  },
]

/** Tells the story of files that are there; what has been told is not told again. */
export async function tellStory(client: Client, organizationId: string): Promise<void> {
  const at = `/api/organizations/${organizationId}`
  const { items: present } = await call<{ items: TimelineEvent[] }>(client, 'GET', `${at}/events?limit=200`)
  const files = await idsByName(client, at)
  for (const { kind, title, text, files: names, captions = [], tags } of told) {
    const fileIds = names.flatMap((name) => files.get(name) ?? [])
    if (fileIds.length < names.length || present.some((event) => event.title === title)) continue
    if (kind === 'clip' && !(await isMeasured(client, fileIds[0] ?? ''))) continue
    const tagIds = await Promise.all(tags.map((name) => ensureTag(client, at, name)))
    const event = await call<TimelineEvent>(client, 'POST', `${at}/events`, { kind, title, text, fileIds, tagIds })
    for (const [index, caption] of captions.entries())
      await call(client, 'PATCH', `/api/events/${event.id}/pictures/${fileIds[index]}`, { caption })
    await call(client, 'POST', `${at}/files/changes`, { selection: { fileIds }, change: { kind: 'tags', add: tagIds } })
  }
}

/** How long a video is must be known before it can be a clip. */
async function isMeasured(client: Client, fileId: string): Promise<boolean> {
  for (const deadline = Date.now() + MEASURED_WITHIN_MS; Date.now() < deadline;) {
    const { status } = await call<File>(client, 'GET', `/api/files/${fileId}`)
    if (status === 'ready' || status === 'failed') return status === 'ready'
    await new Promise((resolve) => setTimeout(resolve, 1_000))
  }
  return false
}

async function idsByName(client: Client, at: string): Promise<Map<string, string>> {
  const ids = new Map<string, string>()
  for (let cursor: string | undefined = ''; cursor !== undefined;) {
    const after: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`
    const page: { items: { id: string; name: string }[]; next?: string } = await call(
      client,
      'GET',
      `${at}/files?limit=200${after}`,
    )
    for (const { id, name } of page.items) ids.set(name, id)
    cursor = page.next
  }
  return ids
}

async function ensureTag(client: Client, at: string, name: string): Promise<string> {
  const { items } = await call<{ items: CountedTag[] }>(client, 'GET', `${at}/tags?name=${encodeURIComponent(name)}`)
  const tag = items.find((one) => one.name === name) ?? (await call<Tag>(client, 'POST', `${at}/tags`, { name }))
  return tag.id
}
