import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createProgressBar } from './progress-bar.ts'

describe('a bar on the terminal', () => {
  function draw(isTTY: boolean) {
    const written: string[] = []
    let now = 0
    const bar = createProgressBar('Reading', { isTTY, write: (text: string) => written.push(text) > 0 }, () => now)
    const at = (ms: number, done: number) => {
      now = ms
      bar.show({ done, total: 1_000_000_000 })
    }
    return { written, at, bar }
  }

  test('tells how much, how fast and how long, a few times a second', () => {
    const { written, at } = draw(true)
    for (let ms = 0; ms <= 2_000; ms += 10) at(1_000 + ms, ms * 100_000)
    assert.ok(written.length <= 11, String(written.length))
    assert.match(written.at(-1) ?? '', /^\r\S+Reading █{5}░{19} 20 % {2}200 MB of 1\.0 GB {2}100 MB\/s {2}8 s left$/)
    at(3_001, 1_000_000_000)
    assert.match(written.at(-1) ?? '', /100 % {2}1\.0 GB of 1\.0 GB/)
  })

  test('writes nothing where there is no terminal', () => {
    const { written, at, bar } = draw(false)
    at(1_000, 10)
    bar.clear()
    assert.deepEqual(written, [])
  })
})
