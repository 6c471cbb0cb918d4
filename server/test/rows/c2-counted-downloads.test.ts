import { describe, test } from 'node:test'
import { askForNothing, breakOff, fetchInParts, raceForDownloads, withCounted } from './c2-counted-downloads.ts'

describe('C2: five downloads, fifty who want one', () => {
  test('fifty visitors, one visitor fifty times, and fifty ranges at once: five each time', () =>
    withCounted(1, async (round) => raceForDownloads(round, () => round.get({}, { visit: 'own' })))
      .then(() => withCounted(1, async (round) => raceForDownloads(round, () => round.get())))
      .then(() => withCounted(1, async (round) => raceForDownloads(round, () => round.get({ range: 'bytes=0-' })))))
  test('what asks for no bytes takes none', () => withCounted(1, askForNothing))
  test('many parts at once are one download', () => withCounted(1, fetchInParts))
  test('one that is broken off and gone on with is one', () => breakOff(1))
})
