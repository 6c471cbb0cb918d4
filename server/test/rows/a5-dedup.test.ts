import { describe, test } from 'node:test'
import { tellApart, uploadAndDeleteTogether } from './a5-dedup.ts'

describe('A5, 20 uploads', () => {
  test('the same bytes at once are one blob until the last of their files has gone', () =>
    uploadAndDeleteTogether({ uploads: 20, sizeBytes: 100_000 }))

  test('two files that collide under SHA-1 are two blobs', tellApart)
})
