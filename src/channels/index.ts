/**
 * channels: the door for conversations; one folder a messenger. Our own web chat is private and takes whole answers; the
 * messengers that others run take a sentence of ours and a sealed link. Owns the schema "channels"; touches conversation,
 * vault, people, merchants, consent and kit.
 */

export { createGraphSetup, type GraphSetup, type SetupFinding } from './graph/setup.ts'
export { templatesOf } from './graph/templates.ts'
export { createMail } from './mail/mail.ts'
export { createMailServer } from './mail/mail-server.ts'
export { createMatrixAccount } from './matrix/account.ts'
export { createMatrixDoor, type MatrixDoor } from './matrix/door.ts'
export { createMessengerDoor } from './messenger/door.ts'
export { createMessengers } from './messengers/messengers.ts'
export { createPublicSocket } from './messengers/public-socket.ts'
export { createPush } from './push/push.ts'
export { loadVapidKeys } from './push/vapid.ts'
export { isQuiet } from './stop.ts'
export { createTelegramDoor } from './telegram/door.ts'
export { type BrokenConnection, type Chat, createChat, type EndingConsents } from './web/chat.ts'
export { createHumanDesk } from './web/human-desk.ts'
export { createRequests, type Requests } from './web/requests.ts'
export { createWhatsAppDoor } from './whatsapp/door.ts'
