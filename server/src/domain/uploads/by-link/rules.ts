const MOST_SENDER_CHARACTERS = 200

/** Whether it can stand for who sends something: a name or an address, as they like to be called. */
export function isSender(text: string): boolean {
  return text !== '' && text.isWellFormed() && !/\p{Cc}/u.test(text) && [...text].length <= MOST_SENDER_CHARACTERS
}

export const SENDER_RULE = `at most ${MOST_SENDER_CHARACTERS} characters, none of them a control character.`
