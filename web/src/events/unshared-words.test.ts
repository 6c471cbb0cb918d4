import { assert, describe, test } from 'vitest'
import { peopleWords, unsharedWords } from './unshared-words.ts'

const whom = (...names: string[]) => names.map((name) => ({ kind: 'user' as const, id: name, name }))

describe('pictures that are not shared yet', () => {
  test('people are told as they are counted', () => {
    assert.equal(peopleWords({ people: 1 }, 'it'), '1 person who sees this event cannot see it.')
    assert.equal(peopleWords({ people: 3 }, 'it'), '3 people who see this event cannot see it.')
    assert.equal(peopleWords({ people: 0 }, 'it'), 'Not everybody who sees this event can see it.')
    assert.match(peopleWords({ people: 200 }, 'it'), /^200 or more people/)
  })

  test('whom the event was given to is named, many in part', () => {
    const told = (names: string[], pictures = 2) => unsharedWords({ pictures, people: 1, principals: whom(...names) })
    assert.equal(told(['Ann'], 1), '1 picture is not shared with everybody this event is shared with: Ann.')
    assert.match(told(['Ann', 'Bo']), /^2 pictures are not .*: Ann and Bo\.$/)
    assert.match(told(['Ann', 'Bo', 'Cy']), /: Ann, Bo and Cy\.$/)
    assert.match(told(['Ann', 'Bo', 'Cy', 'Di', 'Ed']), /: Ann, Bo, Cy and 2 more\.$/)
    const everybody = [{ kind: 'organization' as const, id: '1', name: 'Ward' }]
    assert.match(unsharedWords({ pictures: 1, people: 1, principals: everybody }), /: Everyone in Ward\.$/)
  })
})
