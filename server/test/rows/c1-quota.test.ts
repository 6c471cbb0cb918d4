import { describe, test } from 'node:test'
import { raceThroughEveryDoor, raceWithTheTrash } from './c1-quota.ts'

describe('C1', () => {
  test('room for ten files is never overrun, through whatever doors fifty come at once', () => raceThroughEveryDoor(2))
  test('the trash makes no room, and coming back needs none', () => raceWithTheTrash())
})
