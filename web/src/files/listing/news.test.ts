import { afterEach, describe, expect, test, vi } from 'vitest'
import { hearOfFile, onOvertaken, tellOvertaken } from './news.ts'

describe('news of files', () => {
  const stops: (() => void)[] = []
  afterEach(() => stops.splice(0).forEach((stop) => stop()))

  test('an answer that was asked for before the news of one of its files is told to be old', () => {
    const told = vi.fn()
    stops.push(onOvertaken(told))
    hearOfFile('before')
    const askedAt = performance.now()
    vi.spyOn(performance, 'now').mockReturnValue(askedAt + 5)
    hearOfFile('meanwhile')
    hearOfFile('meanwhile, elsewhere')
    vi.restoreAllMocks()
    tellOvertaken((fileId) => fileId !== 'meanwhile, elsewhere', askedAt + 1)
    expect(told.mock.calls).toEqual([['meanwhile']])
  })
})
