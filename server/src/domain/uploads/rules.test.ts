import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { uploadStates } from '@trove/contract/uploads'
import { closingState, hasEnded, mayBecome, outcomeOf, stageOf } from './rules.ts'

describe('the states of an upload', () => {
  test('nothing follows an end, and every end can be reached', () => {
    const ends = uploadStates.filter(hasEnded)
    assert.deepEqual(ends, ['completed', 'failed', 'cancelled'])
    for (const end of ends) {
      assert.ok(uploadStates.some((state) => mayBecome(state, end)))
      assert.ok(uploadStates.every((state) => !mayBecome(end, state)))
    }
  })

  test('an upload that is being finished can neither be cancelled nor written to', () => {
    assert.equal(mayBecome('checking', 'cancelled'), false)
    assert.equal(mayBecome('checking', 'uploading'), false)
  })

  test('people see the stage of the file once there is one', () => {
    assert.equal(stageOf('pending', undefined), 'waiting')
    assert.equal(stageOf('checking', undefined), 'checking')
    assert.equal(stageOf('completed', 'processing'), 'processing')
    assert.equal(stageOf('completed', 'ready'), 'ready')
    assert.equal(stageOf('completed', 'infected'), 'failed')
    assert.equal(stageOf('completed', undefined), 'ready')
  })
})

describe('the end of a session', () => {
  const count = { declaredFiles: 3, begun: 3, completed: 0, failed: 0, cancelled: 0 }

  test('comes with the last file that was declared, or begun if there were more', () => {
    assert.equal(outcomeOf({ ...count, completed: 2 }), undefined)
    assert.equal(outcomeOf({ ...count, completed: 2, failed: 1 }), 'completed')
    assert.equal(outcomeOf({ ...count, begun: 4, completed: 3 }), undefined)
    assert.equal(outcomeOf({ ...count, declaredFiles: undefined, completed: 3 }), undefined)
  })

  test('is called after what became of its files', () => {
    assert.equal(closingState({ completed: 1, failed: 5, cancelled: 5 }), 'completed')
    assert.equal(closingState({ completed: 0, failed: 1, cancelled: 5 }), 'failed')
    assert.equal(closingState({ completed: 0, failed: 0, cancelled: 5 }), 'cancelled')
  })
})
