import { assert, describe, test } from 'vitest'
import { presetOf, presetRights, presets, presetsWithin, verbsOf, withRight } from './rights.ts'
import { changeSentences, reasonWords } from './words.ts'

const person = (name: string) => ({ id: name, name })
const file = { id: 'file', kind: 'file' } as const
const ward = { id: 'ward', kind: 'folder', name: 'Ward 3' } as const

describe('why somebody can see something', () => {
  test('is said as a person would', () => {
    const team = { kind: 'team', id: 't', name: 'Nurses' } as const
    const until = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' }).format(new Date('2026-12-04T12:00:00Z'))
    assert.strictEqual(
      reasonWords(
        {
          kind: 'grant',
          grantId: 'g',
          principal: team,
          rights: ['read'],
          on: ward,
          expiresAt: '2026-12-04T12:00:00.000Z',
        },
        file,
      ),
      `Team Nurses may view, on folder Ward 3, until ${until}`,
    )
    assert.strictEqual(
      reasonWords(
        {
          kind: 'grant',
          grantId: 'g',
          principal: { kind: 'organization', id: 'o', name: 'Northlight' },
          rights: ['read', 'comment'],
          on: ward,
        },
        ward,
      ),
      'Everyone in Northlight may view and comment',
    )
    assert.strictEqual(reasonWords({ kind: 'role', role: 'owner' }, file), 'Owner of the organization')
    assert.strictEqual(reasonWords({ kind: 'uploader' }, file), 'Uploaded it')
    assert.strictEqual(reasonWords({ kind: 'uploader' }, ward), 'Made it')
  })
})

describe('what a change would do', () => {
  test('names who will see it, who may do more, and who will not see it any more', () => {
    assert.deepEqual(
      changeSentences(
        [
          { person: person('Ann'), before: [], after: ['read'] },
          { person: person('Ben'), before: [], after: ['read'] },
          { person: person('Cy'), before: ['read'], after: ['read', 'download'] },
          { person: person('Di'), before: ['read'], after: [] },
        ],
        4,
      ),
      [
        '2 people will see this who do not now: Ann, Ben.',
        '1 person may do more with it than now: Cy.',
        '1 person will not see this any more: Di.',
      ],
    )
  })

  test('counts those it does not name', () => {
    const many = Array.from({ length: 9 }, (_, i) => ({
      person: person(`P${i}`),
      before: [],
      after: ['read' as const],
    }))
    assert.deepEqual(changeSentences(many, 300), [
      '9 people will see this who do not now: P0, P1, P2, P3, P4, P5 and 3 more.',
      '291 more people are affected.',
    ])
    assert.deepEqual(changeSentences([], 0), [])
  })
})

describe('rights put together', () => {
  test('are known by their name again, whatever their order', () => {
    for (const one of presets) assert.strictEqual(presetOf(presetRights[one].toReversed()), one)
    assert.strictEqual(presetOf(['read', 'write']), undefined)
  })

  test('are offered only where every one of them is held', () => {
    assert.deepEqual(presetsWithin(['read', 'comment', 'share']), ['view', 'comment'])
  })

  test('always hold reading', () => {
    assert.deepEqual(withRight(['read'], 'download', true), ['read', 'download'])
    assert.deepEqual(withRight(['read', 'download'], 'download', false), ['read'])
    assert.deepEqual(withRight([], 'read', false), ['read'])
    assert.strictEqual(verbsOf(['read', 'comment', 'download']), 'view, download and comment')
  })
})
