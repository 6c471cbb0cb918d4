import { expect, test } from 'vitest'
import { emailFault, passwordFault } from './rules.ts'

test('a password is neither short nor cut', () => {
  expect(passwordFault('short')).toMatch('at least')
  expect(passwordFault('correct horse')).toBeUndefined()
  expect(passwordFault('ü'.repeat(40))).toMatch('too long')
})

test('an address has an @ between two parts', () => {
  expect(emailFault('ana@example.org')).toBeUndefined()
  expect(emailFault(' ana@example.org ')).toBeUndefined()
  expect(emailFault('ana')).toBeDefined()
})
