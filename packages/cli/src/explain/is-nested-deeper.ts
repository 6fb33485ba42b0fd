/** True for a value with more levels of objects and lists than these. Looks no deeper, whatever the value is. */
export function isNestedDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  return (
    levels === 0 || Object.values(value).some((inner: unknown) => isNestedDeeper(inner, levels - 1))
  )
}
