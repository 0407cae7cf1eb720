/**
 * channels: the door for conversations; one folder a messenger. Today only our own web chat, which is private: it takes
 * whole answers. Owns the schema "channels"; touches conversation, vault, people, consent and kit.
 */
export { isQuiet } from './stop.ts'
export { type BrokenConnection, type Chat, createChat, type EndingConsents } from './web/chat.ts'
export { createRequests, type Requests } from './web/requests.ts'
