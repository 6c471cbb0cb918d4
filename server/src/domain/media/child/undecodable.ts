/** The file cannot be shown, and the message says why in a plain sentence. Nothing is gained by trying again. */
export class Undecodable extends Error {
  constructor(sentence: string, cause?: unknown) {
    super(sentence, { cause })
    this.name = 'Undecodable'
  }
}
