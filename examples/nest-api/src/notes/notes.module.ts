import { Module } from '@nestjs/common'
import { NotesController } from './notes.controller.ts'
import { NotesGateway } from './notes.gateway.ts'
import { NotesResolver } from './notes.resolver.ts'
import { NotesService } from './notes.service.ts'

@Module({
  controllers: [NotesController],
  providers: [NotesService, NotesResolver, NotesGateway],
})
export class NotesModule {}
