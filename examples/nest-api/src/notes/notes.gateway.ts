import {
  type OnGatewayConnection,
  type OnGatewayInit,
  SubscribeMessage,
  WebSocketGateway,
  WebSocketServer,
} from '@nestjs/websockets'
import { Authorize, Claim, JwtGuard, requireUser, Scopes } from '@gatewarden/nest-jwt-module'
import type { Namespace, Socket } from 'socket.io'
import type { Note } from './note.ts'
import { NotesService } from './notes.service.ts'

/** Tells users of their new notes, and answers with all of them. */
@Authorize(requireUser())
@WebSocketGateway({ namespace: 'notes' })
export class NotesGateway implements OnGatewayInit, OnGatewayConnection<Socket> {
  @WebSocketServer() private readonly server!: Namespace

  constructor(
    private readonly notes: NotesService,
    private readonly jwtGuard: JwtGuard,
  ) {}

  afterInit(): void {
    this.notes.added.subscribe((note) => void this.announce(note))
  }

  /** Guards run for messages, not for connections: who connects is asked here, before they can hear anything. */
  async handleConnection(client: Socket): Promise<void> {
    const auth = await this.jwtGuard.authenticateConnection(client)
    if (auth?.kind !== 'user' || !auth.scopes.includes('notes:read')) return
    await client.join(roomOf(auth.subject))
  }

  /** Every message is judged anew: a token that has expired since is refused. */
  @Scopes('notes:read')
  @SubscribeMessage('list')
  list(@Claim('sub') owner: string): Note[] {
    return this.notes.of(owner)
  }

  /** Nobody judges a broadcast: whose token is no longer good is disconnected before it. */
  private async announce(note: Note): Promise<void> {
    const room = roomOf(note.owner)
    for (const id of this.server.adapter.rooms.get(room) ?? []) {
      await this.jwtGuard.authenticateConnection(this.server.sockets.get(id)!)
    }
    this.server.to(room).emit('added', note)
  }
}

/** With a prefix: socket.io has a room for every client already, named by its id. */
const roomOf = (owner: string | undefined) => `notes of ${owner}`
