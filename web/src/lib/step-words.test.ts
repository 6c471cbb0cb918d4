import { expect, test } from 'vitest'
import { isOpen, stepWords } from './step-words.ts'

const step = { name: 'proxy' as const, status: 'running' as const, progress: 0.418, attempts: 1 }

test('how far a step is, is told as one would say it', () => {
  expect(stepWords(step)).toBe('Transcoding 41 %')
  expect(stepWords({ ...step, progress: 0 })).toBe('Transcoding …')
  expect(stepWords({ ...step, status: 'waiting' })).toBe('Waits for its turn')
  expect(stepWords({ ...step, status: 'waiting', isPaused: true })).toBe('Paused by an administrator')
  expect(stepWords({ ...step, status: 'failed', reason: 'damaged', failure: 'It is damaged.' })).toBe('It is damaged.')
  expect(stepWords({ ...step, status: 'done' })).toBe('Done')
})

test('what waits or runs is still to come', () => {
  expect(isOpen({ status: 'waiting' })).toBe(true)
  expect(isOpen({ status: 'running' })).toBe(true)
  expect(isOpen({ status: 'skipped' })).toBe(false)
  expect(isOpen({ status: 'failed' })).toBe(false)
})
