import { describe, expect, test } from 'vitest'
import { actionName, actorName, agentName, deedOf, eventName, factsOf } from './words.ts'

describe('the words of the trail', () => {
  test('make a sentence around the name of a file', () => {
    expect(deedOf('file.trashed')).toEqual(['moved', 'to the trash'])
    expect(deedOf('member.left')).toEqual(['left the organization', undefined])
  })

  test('say something of an action that is not known yet', () => {
    expect(deedOf('case.sent-back')).toEqual(['case sent back', undefined])
    expect(eventName('passkey.used')).toBe('Passkey used')
  })

  test('name actions to choose from', () => {
    expect(actionName('file.viewed')).toBe('Viewed the original')
    expect(actionName('file.added')).toBe('Uploaded a file')
    expect(actionName('access.refused')).toBe('Was refused')
  })

  test('say who it was, also when that may not be known', () => {
    const id = '0190a3e4-0000-7000-8000-000000000000'
    expect(actorName({ actor: { kind: 'user', person: { id, name: 'Ada' } } })).toBe('Ada')
    expect(actorName({ actor: { kind: 'user', person: { id, name: '' } } })).toBe('Somebody from outside')
    expect(actorName({ actor: { kind: 'link', credential: { id, name: 'Press' } } })).toBe(
      'Somebody with the link “Press”',
    )
  })

  test('tell browsers apart', () => {
    const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'
    const edge =
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36 Edg/138.0.0.0'
    expect(agentName(firefox)).toBe('Firefox on Linux')
    expect(agentName(edge)).toBe('Edge on Windows')
    expect(agentName('rclone/1.70')).toBe('rclone')
  })

  test('tell facts in words', () => {
    expect(factsOf({ facts: { sizeBytes: 12, to: 'b.jpg', nothing: null } })).toEqual([
      { name: 'size bytes', value: '12' },
      { name: 'after', value: 'b.jpg' },
    ])
  })
})
