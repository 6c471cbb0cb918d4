import { test } from 'node:test'
import { requireDurableOrder, withRig } from '../rows.ts'
import { canTrace } from '../strace.ts'

const MIB = 1024 * 1024

test('A3: fsync(file), rename, fsync(folder), COMMIT and the response come in this order in 20 of 20 uploads', async (t) => {
  if (!canTrace()) return t.skip('strace cannot be had here')
  const sizes = Array.from({ length: 20 }, (_, i) => [1, 20_000, 70_000, MIB, 3 * MIB][i % 5] ?? 1)
  await withRig((rig) =>
    requireDurableOrder(
      rig,
      sizes.map((size, i) => size + i),
    ),
  )
})
