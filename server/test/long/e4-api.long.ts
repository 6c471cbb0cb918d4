import assert from 'node:assert/strict'
import { test } from 'node:test'
import { explodeBesideApi } from '../rows/e4-beside-api.ts'
import { bombs } from '../rows/e4-bombs.ts'

test('E4: the API answers within 500 ms (p99) while 24 bombs are processed, and no child holds more than its limit', async (t) => {
  const beside = await explodeBesideApi(bombs)
  const { files, refused, p99Ms, requests, failures, stuck, largestBytes, togetherBytes } = beside
  t.diagnostic(`${files} files, ${refused} refused; p99 ${p99Ms} ms of ${Math.round(requests)} answers meanwhile`)
  t.diagnostic(`one child ${Math.round(largestBytes / 1e6)} MB, all together ${Math.round(togetherBytes / 1e6)} MB`)
  assert.equal(files + refused, bombs.length)
  assert.deepEqual({ failures, stuck }, { failures: 0, stuck: 0 })
  assert.ok(p99Ms < 500, `${p99Ms} ms`)
  assert.ok(largestBytes < 512 * 1024 ** 2, `${largestBytes} bytes`)
  assert.ok(togetherBytes < 1024 ** 3, `${togetherBytes} bytes`)
})
