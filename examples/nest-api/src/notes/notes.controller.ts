import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  NotFoundException,
  Param,
  ParseIntPipe,
  Post,
  UnprocessableEntityException,
} from '@nestjs/common'
import { Authorize, Claim, requireUser, Roles, Scopes } from '@gatewarden/nest-jwt-module'
import type { Note } from './note.ts'
import { NotesService } from './notes.service.ts'
import { ownNotes } from './own-notes.ts'

@Controller()
export class NotesController {
  constructor(private readonly notes: NotesService) {}

  /** A scope: what the user let this application do. */
  @Scopes('notes:write')
  @Authorize(requireUser())
  @Post('notes')
  add(@Claim('sub') owner: string, @Body('text') text: unknown): Note {
    if (typeof text !== 'string' || text === '') {
      throw new UnprocessableEntityException({ title: 'A note needs a text' })
    }
    return this.notes.add(owner, text)
  }

  /** Two policies: both must allow it. */
  @Scopes('notes:read')
  @Authorize(ownNotes)
  @Get('users/:user/notes')
  of(@Param('user') user: string): Note[] {
    return this.notes.of(user)
  }

  /** A role: what the user is. */
  @Roles('admin')
  @Delete('notes/:id')
  @HttpCode(204)
  remove(@Param('id', ParseIntPipe) id: number): void {
    if (!this.notes.remove(id)) throw new NotFoundException()
  }
}
