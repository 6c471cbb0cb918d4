import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { hitsIn } from './rules.ts'

describe('words in a passage', () => {
  test('are counted whatever their case, each once', () => {
    assert.equal(hitsIn({ number: 3, content: 'aaaa AAaa' }, 'aa')[0]?.count, 4)
    assert.deepEqual(hitsIn({ number: 3, content: 'nothing' }, 'some'), [])
  })

  test('are shown with what stands around the first of them', () => {
    const content = `${'before '.repeat(30)}here it\nis${' after'.repeat(30)}`
    const [hit] = hitsIn({ number: 1, content }, 'HERE IT')
    assert.match(hit?.excerpt ?? '', /^…\S.*before here it is after.*…$/)
    assert.ok((hit?.excerpt.length ?? 0) < 140)
  })

  test('stand where they stand also behind letters that grow in lower case', () => {
    const [hit] = hitsIn({ number: 1, content: `${'İ'.repeat(100)} fir` }, 'fir')
    assert.match(hit?.excerpt ?? '', /fir$/)
  })
})
