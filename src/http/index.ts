/**
 * http: the door for browsers, auditors and banks. Owns the schemas "web" (sessions, passkeys, authorisations
 * under way) and "staff" (the bank console).
 * Touches every room below; the bank doors and the chat are ports (`needs.ts`) that `guichet.ts` fills.
 */

export { createStaff, type ListedMember, type Staff } from './console/staff.ts'
export { exportFile } from './export-file.ts'
export type { BankDoor, Chat, ChatContext, HttpNeeds, PendingAtBank } from './needs.ts'
export { createHttpServer, type HttpServer } from './server.ts'
