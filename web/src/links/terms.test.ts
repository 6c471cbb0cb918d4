import type { Link } from '@trove/contract/links'
import { assert, describe, test } from 'vitest'
import { changedTermsOf, draftOf, faultsOf, freshDraft, newTermsOf } from './terms.ts'
import { abilityWords, programOf, termWords, usageWords } from './words.ts'

const NOW = Date.parse('2026-11-21T12:00:00Z')
const link = (changes: Partial<Link> = {}): Link => ({
  id: 'l',
  organizationId: 'o',
  label: '',
  of: { id: 'f', kind: 'file', name: 'a.jpg' },
  allows: ['view', 'download'],
  status: 'live',
  keepsMetadata: false,
  keepsNames: false,
  hasPassword: false,
  maxDownloads: 1,
  downloads: 0,
  visits: 0,
  expiresAt: '2026-11-22T12:00:00Z',
  createdAt: '2026-11-21T12:00:00Z',
  createdBy: { id: 'u', name: 'U' },
  ...changes,
})

describe('the terms of a link', () => {
  test('a fresh one lets look for a day', () => {
    assert.deepEqual(newTermsOf(freshDraft, NOW), {
      allows: ['view'],
      expiresAt: '2026-11-22T12:00:00.000Z',
      maxDownloads: null,
      keepsMetadata: false,
      keepsNames: false,
    })
  })

  test('downloads are limited only where there are any', () => {
    const draft = { ...freshDraft, gives: 'download' as const, maxDownloads: '5' }
    assert.equal(newTermsOf(draft).maxDownloads, 5)
    assert.equal(newTermsOf({ ...draft, maxDownloads: '' }).maxDownloads, null)
    assert.deepEqual(newTermsOf({ ...draft, gives: 'upload' }).allows, ['upload'])
    assert.deepEqual(newTermsOf({ ...draft, takesFiles: true }).allows, ['view', 'download', 'upload'])
  })

  test('what cannot be sent is told by field', () => {
    assert.deepEqual(faultsOf(freshDraft), {})
    const wrong = { ...freshDraft, gives: 'download' as const, life: 'day' as const, day: '2020-01-01' }
    assert.hasAllKeys(faultsOf({ ...wrong, maxDownloads: '0', password: 'abc', boundEmail: 'nobody' }), [
      'day',
      'maxDownloads',
      'password',
      'boundEmail',
    ])
  })

  test('nothing is changed that nobody changed', () => {
    for (const one of [
      link(),
      link({ hasPassword: true, boundEmail: 'a@b', boundNetwork: '192.0.2.0/24', label: 'x' }),
    ])
      assert.deepEqual(changedTermsOf(one, draftOf(one), NOW), {})
    const endless: Link = link()
    delete endless.expiresAt
    assert.deepEqual(changedTermsOf(endless, draftOf(endless), NOW), {})
  })

  test('a change is sent alone', () => {
    const one = link({ hasPassword: true, boundEmail: 'a@b' })
    const draft = draftOf(one)
    assert.deepEqual(changedTermsOf(one, { ...draft, life: 'never' }), { expiresAt: null })
    assert.deepEqual(changedTermsOf(one, { ...draft, maxDownloads: '' }), { maxDownloads: null })
    assert.deepEqual(changedTermsOf(one, { ...draft, removesPassword: true }), { password: null })
    assert.deepEqual(changedTermsOf(one, { ...draft, password: 'new one', removesPassword: true }), {
      password: 'new one',
    })
    assert.deepEqual(changedTermsOf(one, { ...draft, boundEmail: ' ' }), { boundEmail: null })
  })

  test('a link is told in words', () => {
    assert.equal(abilityWords({ allows: ['upload'] }), 'Asks for files')
    assert.include(termWords(link()), '0 of 1 download')
    assert.include(termWords(link({ hasPassword: true })), 'Password')
    assert.equal(usageWords({ visits: 0 }), 'Not opened yet')
    assert.equal(
      programOf('Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'),
      'Firefox on Linux',
    )
  })
})
