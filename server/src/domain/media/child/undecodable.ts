/** The file cannot be shown, and the message says why in a plain sentence. Nothing is gained by trying again. */
export class Undecodable extends Error {
  constructor(sentence: string, cause?: unknown) {
    super(sentence, { cause })
    this.name = 'Undecodable'
  }
}

/** The file may be whole: nothing here knows the codec that it is written in. */
export class UnknownCodec extends Undecodable {}
