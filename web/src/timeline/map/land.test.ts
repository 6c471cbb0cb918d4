import { expect, test } from 'vitest'
import { land } from './land.ts'

test('the land is one path within the square of the world, with what crosses the date line on both sides', () => {
  expect(land).toMatch(/^(M[-\d. L]+Z)+$/)
  const across = land.match(/[-\d.]+(?= [-\d.]+[LZ])/g)?.map(Number) ?? []
  expect(Math.min(...across)).toBeLessThan(0)
  expect(Math.max(...across)).toBeGreaterThan(1)
})
