/** Every refusal a client can be told. The key is the last segment of the RFC 9457 `type`. */
export const problems = {
  'invalid-request': { status: 400, title: 'The request is not in the documented form' },
  'not-signed-in': { status: 401, title: 'Sign in first' },
  'wrong-credentials': { status: 401, title: 'The e-mail address or the password is wrong' },
  'session-ended': { status: 401, title: 'This session has ended; sign in again' },
  'not-allowed': { status: 403, title: 'You may not do this' },
  'foreign-origin': { status: 403, title: 'The request comes from another site' },
  'registration-closed': { status: 403, title: 'Registration is switched off here' },
  'not-found': { status: 404, title: 'There is nothing here that you can see' },
  'method-not-allowed': { status: 405, title: 'This cannot be done here' },
  'email-taken': { status: 409, title: 'There is an account with this e-mail address already' },
  'already-member': { status: 409, title: 'This person is a member already' },
  'last-owner': { status: 409, title: 'An organization keeps at least one owner' },
  'wrong-offset': { status: 409, title: 'The upload stands at another offset' },
  'wrong-state': { status: 409, title: 'This step is not possible in its present state' },
  gone: { status: 410, title: 'This upload has ended' },
  'precondition-failed': { status: 412, title: 'The file is no longer the one you asked about' },
  'tus-version': { status: 412, title: 'This version of the tus protocol is not spoken here' },
  'too-large': { status: 413, title: 'This is larger than what may be sent' },
  'quota-exceeded': { status: 413, title: 'The organization has no room for this' },
  'wrong-content-type': { status: 415, title: 'The body is of a type that is not read here' },
  'range-not-satisfiable': { status: 416, title: 'The file has no such range' },
  'type-not-allowed': { status: 422, title: 'Files of this type are not accepted here' },
  'type-mismatch': { status: 422, title: 'The file is not what its name says' },
  'empty-file': { status: 422, title: 'The file is empty' },
  'too-many-requests': { status: 429, title: 'Too many requests; wait a little' },
  'checksum-mismatch': { status: 460, title: 'The bytes that arrived are not the bytes that were sent' },
  internal: { status: 500, title: 'The server failed; the fault has been recorded' },
  unavailable: { status: 503, title: 'The service is not available for the moment' },
  'storage-full': { status: 507, title: 'The disk of this installation is full' },
} as const

export type ProblemKind = keyof typeof problems

/** Prefix of the `type` of every problem. */
export const PROBLEM_TYPE = 'urn:trove:problem:'
