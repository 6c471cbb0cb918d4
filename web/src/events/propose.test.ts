import type { File } from '@trove/contract/files'
import { assert, describe, test } from 'vitest'
import { leftOut, propose } from './propose.ts'

const file = (id: string, about: Partial<File>): File => ({
  id,
  name: `${id}.jpg`,
  organizationId: 'o',
  kind: 'image',
  mediaType: 'image/jpeg',
  sizeBytes: 1,
  sha256: '',
  versionId: id,
  status: 'ready',
  variants: [],
  happenedAt: '2026-05-04T12:00:00Z',
  happenedFrom: 'camera',
  createdAt: '2026-05-04T12:00:00Z',
  createdBy: { id: 'u', name: 'U' },
  rights: ['read'],
  ...about,
})
const limits = { clipLimitSeconds: 120 }

describe('what is proposed', () => {
  test('one image is a photo; several are a series in the order in which they were taken', () => {
    assert.deepEqual(propose([file('a', {})], { ...limits, folderName: 'Knee' }), [
      { kind: 'photo', title: 'Knee', fileIds: ['a'] },
    ])
    const [series] = propose(
      [
        file('b', { happenedAt: '2026-05-04T12:02:00Z' }),
        file('a10', { name: '10.jpg' }),
        file('a9', { name: '9.jpg' }),
        file('z', { happenedAt: '2026-05-04T13:00:00+02:00' }),
      ],
      limits,
    )
    assert.deepEqual([series?.kind, series?.fileIds], ['series', ['z', 'a9', 'a10', 'b']])
    assert.match(series?.title ?? '', /2026/)
  })

  test('what no camera has dated is called by its name, and what cannot be shown is left out', () => {
    const files = [
      file('v', { kind: 'video', name: 'Take 2.final.mov', durationMs: 5_000, happenedFrom: 'upload' }),
      file('broken', { kind: 'video', status: 'failed' }),
      file('held', { kind: 'image', status: 'infected' }),
      file('d', { kind: 'document' }),
    ]
    assert.deepEqual(propose(files, limits), [{ kind: 'clip', title: 'Take 2.final', fileIds: ['v'] }])
    assert.deepEqual(
      leftOut(files).map(({ id }) => id),
      ['broken', 'held', 'd'],
    )
  })

  test('each video is a clip, unless it is too long or still being looked at; what is neither is left out', () => {
    const proposals = propose(
      [
        file('v', { kind: 'video', durationMs: 120_000 }),
        file('w', { kind: 'video', durationMs: 120_001, happenedAt: '2026-05-05T12:00:00Z' }),
        file('x', { kind: 'video', status: 'processing', happenedAt: '2026-05-06T12:00:00Z' }),
        file('d', { kind: 'document' }),
        file('i', {}),
      ],
      { ...limits, folderName: 'Ward' },
    )
    assert.deepEqual(proposals, [
      { kind: 'photo', title: 'Ward', fileIds: ['i'] },
      { kind: 'clip', title: 'Ward', fileIds: ['v'] },
      { kind: 'clip', title: 'Ward', fileIds: ['w'], tooLongMs: 120_001 },
      { kind: 'clip', title: 'Ward', fileIds: ['x'], isComing: true },
    ])
  })
})
