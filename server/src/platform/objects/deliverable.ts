declare const asked: unique symbol

/**
 * The key of an object that may go out to whoever asked for it. The room `storage` alone makes one, by asking
 * `requireDeliverable`; what sends bytes to people takes no other key, so a door that forgets to ask does not compile.
 */
export type DeliverableKey = string & { readonly [asked]: true }
