import type { FastifyReply } from 'fastify'

/** RFC 9449, section 7.1: what kind of token is wanted. */
export function challenge(reply: FastifyReply): void {
  reply.header('www-authenticate', 'DPoP error="invalid_token", algs="ES256 Ed25519 EdDSA"')
}
