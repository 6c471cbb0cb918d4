/**
 * Two beginnings of 320 bytes that have the same SHA-1, and so have all files that go on alike behind them.
 *
 * Source: M. Stevens, E. Bursztein, P. Karpman, A. Albertini, Y. Markov, "The first collision for full SHA-1" (2017),
 * the common beginning and the two near-collision blocks of the pair published at shattered.io.
 */
export function sha1Collision(): [Buffer, Buffer] {
  return [Buffer.from(BEGINNING + ONE, 'hex'), Buffer.from(BEGINNING + OTHER, 'hex')]
}

const BEGINNING =
  hexOf('%PDF-1.3\n%') +
  'e2e3cfd3' +
  hexOf('\n\n\n1 0 obj\n<</Width 2 0 R/Height 3 0 R/Type 4 0 R/Subtype 5 0 R/Filter 6 0 R/ColorSpace 7 0 R') +
  hexOf('/Length 8 0 R/BitsPerComponent 8>>\nstream\n') +
  'ffd8fffe0024' +
  hexOf('SHA-1 is dead!!!!!') +
  '852fec092339759c39b1a1c63c4c97e1fffe01'

const ONE =
  '7346dc9166b67e118f029ab621b2560ff9ca67cca8c7f85ba84c79030c2b3de218f86db3a90901d5df45c14f26fedfb3' +
  'dc38e96ac22fe7bd728f0e45bce046d23c570feb141398bb552ef5a0a82be331fea48037b8b5d71f0e332edf93ac3500' +
  'eb4ddc0decc1a864790c782c76215660dd309791d06bd0af3f98cda4bc4629b1'
const OTHER =
  '7f46dc93a6b67e013b029aaa1db2560b45ca67d688c7f84b8c4c791fe02b3df614f86db1690901c56b45c1530afedfb7' +
  '6038e972722fe7ad728f0e4904e046c230570fe9d41398abe12ef5bc942be33542a4802d98b5d70f2a332ec37fac3514' +
  'e74ddc0f2cc1a874cd0c78305a21566461309789606bd0bf3f98cda8044629a1'

function hexOf(text: string): string {
  return Buffer.from(text, 'latin1').toString('hex')
}
