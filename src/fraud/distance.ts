/** Degrees. */
export type Place = { latitude: number; longitude: number }

/** The mean radius of the earth (IUGG). */
const EARTH_RADIUS_KM = 6371.0088

/** The great-circle distance in kilometres (haversine: stable for near points, 0.5 % off at worst). */
export function kilometresBetween(a: Place, b: Place): number {
  const radians = Math.PI / 180
  const half = (x: number) => Math.sin((x * radians) / 2) ** 2
  const h =
    half(b.latitude - a.latitude) +
    Math.cos(a.latitude * radians) * Math.cos(b.latitude * radians) * half(b.longitude - a.longitude)
  return 2 * EARTH_RADIUS_KM * Math.asin(Math.min(1, Math.sqrt(h)))
}
