const attempts = 10

/**
 * Runs a statement again that PostgreSQL gave up because of a concurrent one (SQLSTATE 40001): it changed nothing. That
 * happens only where `default_transaction_isolation` is stricter than READ COMMITTED; there, statements wait for one
 * another and go on. The next attempt sees what the other one did, so that the loser of a race finds that it has lost.
 */
export async function retrySerialization<T>(statement: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await statement()
    } catch (error) {
      if (attempt === attempts || !isSerializationFailure(error)) throw error
    }
  }
}

export function isSerializationFailure(error: unknown): boolean {
  return (error as { code?: unknown } | null)?.code === '40001'
}
