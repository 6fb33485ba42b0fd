import { Query, Resolver } from '@nestjs/graphql'
import { Authorize, Claim, requireUser, Scopes } from '@gatewarden/nest-jwt-module'
import { Note } from './note.ts'
import { NotesService } from './notes.service.ts'

/** Policies of the class count for every operation in it, besides its own. */
@Authorize(requireUser())
@Resolver(() => Note)
export class NotesResolver {
  constructor(private readonly notes: NotesService) {}

  @Scopes('notes:read')
  @Query(() => [Note], { name: 'notes' })
  own(@Claim('sub') owner: string): Note[] {
    return this.notes.of(owner)
  }
}
