/** Objects that are kept as they came have a version 4 UUID in their key; encrypted and compressed ones a version 8. */
export const isPlainKey = (key: string): boolean =>
  /[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/.test(key)
