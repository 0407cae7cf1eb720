/** Whether an address is one of a push service that the operator trusts: `https://*.push.apple.com` has all below it. */
export function isOfService(endpoint: string, services: readonly string[]): boolean {
  if (!URL.canParse(endpoint)) return false
  const { origin, username, password } = new URL(endpoint)
  if (username !== '' || password !== '') return false
  return services.some((service) => {
    const [scheme, below] = service.split('://*')
    return below === undefined
      ? origin === service
      : origin.startsWith(`${scheme}://`) &&
          origin.endsWith(below) &&
          !origin.slice(0, -below.length).endsWith('/')
  })
}
