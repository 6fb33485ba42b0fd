import { abandon } from '@gatewarden/core/kit'

/** Tells a listener of the application's. What it throws must not undo what it is told of. */
export function tellListener<T>(listener: (value: T) => unknown, value: T): void {
  try {
    abandon(listener(value))
  } catch (error) {
    process.emitWarning(
      `a listener for changes of the signing keys threw: ${error instanceof Error ? error.message : 'no Error'}`,
      { type: 'GatewardenWarning', code: 'ERR_KEYS_LISTENER' },
    )
  }
}
