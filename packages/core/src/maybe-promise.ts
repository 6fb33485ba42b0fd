/** A value that is here already, or will be. The request path answers at once when nothing has to be waited for. */
export type MaybePromise<T> = T | Promise<T>

/** Goes on with a value: at once when it is here, later when it is promised. */
export function whenReady<T, R>(
  value: MaybePromise<T>,
  next: (value: T) => MaybePromise<R>,
): MaybePromise<R> {
  return value instanceof Promise ? value.then(next) : next(value)
}

/**
 * Calls a function that is not ours. Whatever it throws, now or later, is thrown as `toError` makes it; a
 * promise-like of another library becomes a Promise, so that it cannot pass for a value that is here.
 */
export function callOut<T>(
  call: () => T | PromiseLike<T>,
  toError: (cause: unknown) => Error,
): MaybePromise<T> {
  const rethrow = (cause: unknown): never => {
    throw toError(cause)
  }
  try {
    const value = call()
    return isPromiseLike(value) ? Promise.resolve(value).catch(rethrow) : value
  } catch (cause) {
    return rethrow(cause)
  }
}

/** For an answer that should not have been a promise: nobody waits for it, and its rejection must not end the process. */
export function abandon(value: unknown): void {
  if (isPromiseLike(value)) Promise.resolve(value).catch(() => undefined)
}

export function isPromiseLike<T>(value: T | PromiseLike<T>): value is PromiseLike<T> {
  return (
    value !== null &&
    typeof value === 'object' &&
    typeof (value as Partial<PromiseLike<T>>).then === 'function'
  )
}
