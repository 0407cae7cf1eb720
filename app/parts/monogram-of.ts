/** The initials of a name, two at most: `Wells Fargo` → `WF`, `U.S. Bank` → `UB`, `Chase` → `C`. */
export function monogramOf(name: string): string {
  return name
    .split(/\s+/)
    .slice(0, 2)
    .map((word) => [...word][0] ?? '')
    .join('')
    .toUpperCase()
}
