import { test } from 'node:test'
import { raceForRoom } from '../rows.ts'

test('C1: room for ten, fifty at once, twenty rounds, by creation and by creation with the bytes: ten are accepted', () =>
  raceForRoom(20))
