import { expect, test } from 'vitest'
import { keyCaps, matches } from './keys.ts'

const press = (key: string, held: Partial<Record<'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey', boolean>> = {}) => ({
  key,
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  altKey: false,
  ...held,
})

test('a plain key is not its combination', () => {
  expect(matches(press('a'), 'a')).toBe(true)
  expect(matches(press('a', { ctrlKey: true }), 'a')).toBe(false)
  expect(matches(press('a', { ctrlKey: true }), 'mod+a')).toBe(true)
  expect(matches(press('a', { metaKey: true }), 'mod+a')).toBe(true)
  expect(matches(press('a', { altKey: true }), 'a')).toBe(false)
})

test('a sign counts however the keyboard makes it; a letter asks about Shift', () => {
  expect(matches(press('?', { shiftKey: true }), '?')).toBe(true)
  expect(matches(press('?'), '?')).toBe(true)
  expect(matches(press('X', { shiftKey: true }), 'x')).toBe(false)
  expect(matches(press('ArrowLeft', { shiftKey: true }), 'ArrowLeft')).toBe(false)
  expect(matches(press('ArrowLeft', { shiftKey: true }), 'shift+ArrowLeft')).toBe(true)
})

test('the space bar has a name', () => expect(matches(press(' '), 'Space')).toBe(true))

test('keys are written as they stand on the keyboard', () => {
  expect(keyCaps('mod+a', false)).toEqual(['Ctrl', 'A'])
  expect(keyCaps('mod+a', true)).toEqual(['⌘', 'A'])
  expect(keyCaps('Delete', false)).toEqual(['Del'])
})
