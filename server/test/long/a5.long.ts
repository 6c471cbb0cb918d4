import { test } from 'node:test'
import { uploadAndDeleteTogether } from '../rows/a5-dedup.ts'

test('A5: of fifty uploads of one content one blob is kept until the last of the fifty files has gone', async () => {
  for (const sizeBytes of [1, 4_000, 300_000, 20_000_000]) await uploadAndDeleteTogether({ uploads: 50, sizeBytes })
})
