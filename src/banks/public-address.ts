import { BlockList, isIP } from 'node:net'

/** Networks that lead to this machine, its neighbours or nowhere (IANA special-purpose registries, RFC 6890). */
const PRIVATE = new BlockList()
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3],
] as const)
  PRIVATE.addSubnet(network, prefix, 'ipv4')
for (const [network, prefix] of [
  ['::', 127],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const)
  PRIVATE.addSubnet(network, prefix, 'ipv6')

/**
 * Whether an address may be a real bank's: TLS, and a host that is not plainly this machine or its network. Names are not
 * looked up here: what they resolve to is for the network's own egress rules.
 */
export function isPublicAddress({ protocol, hostname }: URL): boolean {
  if (protocol !== 'https:') return false
  const host = hostname.replace(/^\[|\]$|\.$/g, '')
  const family = isIP(host)
  if (family !== 0) return !PRIVATE.check(host, family === 4 ? 'ipv4' : 'ipv6')
  return host.includes('.') && !/\.(localhost|local|internal)$/i.test(host)
}
