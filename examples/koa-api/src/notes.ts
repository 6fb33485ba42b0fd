export interface Note {
  readonly id: number
  readonly owner: string
  readonly text: string
}

/** Notes, in memory. Yours are in a database. */
export function createNotes() {
  const notes = new Map<number, Note>()
  let lastId = 0

  return {
    add(owner: string, text: string): Note {
      const note = { id: ++lastId, owner, text }
      notes.set(note.id, note)
      return note
    },
    of(owner: string): Note[] {
      return [...notes.values()].filter((note) => note.owner === owner)
    },
    remove(id: number): boolean {
      return notes.delete(id)
    },
  }
}
