import { FAULTS, type FaultCode } from '#kit'

/** Error codes of the UK standard (OBExternalStatusReason1Code), by what happened; each with its HTTP status. */
export const UK_ERRORS = {
  'field-missing': { code: 'U004', http: 400 },
  'field-invalid': { code: 'U002', http: 400 },
  'date-invalid': { code: 'U003', http: 400 },
  'consent-status': { code: 'U009', http: 400 },
  // A resource that does not exist is 400 in this standard, and an address that does not is 404.
  'resource-unknown': { code: 'U011', http: 400 },
  'address-unknown': { code: 'U011', http: 404 },
  'method-unknown': { code: 'U011', http: 405 },
  'media-type': { code: 'U006', http: 415 },
  unauthorized: { code: 'U042', http: 401 },
  forbidden: { code: 'U042', http: 403 },
  'too-many-requests': { code: 'U000', http: 429 },
  internal: { code: 'U000', http: 500 },
} as const
export type UkErrorKind = keyof typeof UK_ERRORS

/** What an app is told that asked for something it cannot have. `message` names no person and no value. */
export class UkError extends Error {
  readonly kind: UkErrorKind
  readonly path: string | undefined

  constructor(kind: UkErrorKind, message: string, path?: string) {
    super(message)
    this.kind = kind
    this.path = path
  }

  get status(): number {
    return UK_ERRORS[this.kind].http
  }

  get body() {
    const { code } = UK_ERRORS[this.kind]
    return {
      Errors: [{ ErrorCode: code, Message: this.message, ...(this.path ? { Path: this.path } : {}) }],
    }
  }
}

/** What one of our own faults is in the UK standard. */
export function ukErrorOf(code: FaultCode): UkError {
  const { http, en } = FAULTS[code]
  if (http === 429) return new UkError('too-many-requests', en)
  return new UkError(http < 500 ? 'field-invalid' : 'internal', en)
}
