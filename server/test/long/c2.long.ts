import { test } from 'node:test'
import { askForNothing, breakOff, fetchInParts, raceForDownloads, withCounted } from '../rows/c2-counted-downloads.ts'

const ROUNDS = 20

test('C2: five downloads, fifty visitors at once, twenty rounds: exactly five whole ones', () =>
  withCounted(ROUNDS, async (round) => raceForDownloads(round, () => round.get({}, { visit: 'own' }))))
test('C2: the same by fifty requests of one visitor', () =>
  withCounted(ROUNDS, async (round) => raceForDownloads(round, () => round.get())))
test('C2: the same by fifty ranges at once', () =>
  withCounted(ROUNDS, async (round) =>
    raceForDownloads(round, (place) =>
      round.get({ range: place % 2 === 0 ? 'bytes=0-' : `bytes=-${round.bytes.length}` }),
    ),
  ))
test('C2: HEAD, 304, 412 and 416 take none', () => withCounted(ROUNDS, askForNothing))
test('C2: fifty parts at once are one download', () => withCounted(ROUNDS, fetchInParts))
test('C2: one that is broken off and gone on with is one', () => breakOff(ROUNDS))
