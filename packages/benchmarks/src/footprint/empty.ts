/** Imported to find what an import costs by itself. */
export {}
