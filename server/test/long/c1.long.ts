import { test } from 'node:test'
import { raceForRoom } from '../rows.ts'
import { raceThroughEveryDoor, raceWithTheTrash } from '../rows/c1-quota.ts'

test('C1: room for ten, fifty at once, twenty rounds, by creation and by creation with the bytes: ten are accepted', () =>
  raceForRoom(20))

test('C1: the same through every door at once, with deferred lengths and several parts: never more than there is', () =>
  raceThroughEveryDoor(20))

test('C1: the trash makes no room, and coming back needs none', () => raceWithTheTrash())
