import { Injectable } from '@nestjs/common'
import { Subject } from 'rxjs'
import type { Note } from './note.ts'

/** Notes, in memory. Yours are in a database. */
@Injectable()
export class NotesService {
  readonly added = new Subject<Note>()
  readonly #notes = new Map<number, Note>()
  #lastId = 0

  add(owner: string, text: string): Note {
    const note = { id: ++this.#lastId, owner, text }
    this.#notes.set(note.id, note)
    this.added.next(note)
    return note
  }

  of(owner: string): Note[] {
    return [...this.#notes.values()].filter((note) => note.owner === owner)
  }

  remove(id: number): boolean {
    return this.#notes.delete(id)
  }
}
