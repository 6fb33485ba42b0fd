import { promisify } from 'node:util'
import type { ModuleMetadata } from '@nestjs/common'
import { Transport } from '@nestjs/microservices'
import * as grpc from '@grpc/grpc-js'
import { fromJSON } from '@grpc/proto-loader'
import { startMicroservice } from './start-contexts.ts'

export interface Note {
  readonly text?: string | undefined
  readonly authorization?: string
}

const text = (id: number) => ({ type: 'string', id })
const method = (requestStream: boolean, responseStream: boolean) => ({
  requestType: 'Note',
  responseType: 'Note',
  requestStream,
  responseStream,
  comment: '',
})

/** What `protoc` makes of a service with every kind of method there is. */
const packageDefinition = fromJSON({
  nested: {
    notes: {
      nested: {
        Note: { fields: { text: text(1), authorization: text(2) } },
        Notes: {
          methods: {
            Read: method(false, false),
            Title: method(false, false),
            Greet: method(false, false),
            Watch: method(false, true),
            Collect: method(true, false),
            CollectCall: method(true, false),
            Chat: method(true, true),
            ChatCall: method(true, true),
            GreetCall: method(true, true),
          },
        },
      },
    },
  },
})

export type Ask = (name: string, tokens?: string[], note?: Note) => Promise<string[]>

export async function startGrpc(metadata: ModuleMetadata) {
  // Nest does not say on which port it listens, so its server listens on another one as well.
  let port: Promise<number> | undefined
  const insecure = grpc.ServerCredentials.createInsecure()
  const options = {
    url: '127.0.0.1:0',
    package: 'notes',
    packageDefinition,
    onLoadPackageDefinition: (_loaded: unknown, server: grpc.Server) => {
      port = promisify(server.bindAsync.bind(server))('127.0.0.1:0', insecure)
    },
  }
  const app = await startMicroservice({ transport: Transport.GRPC, options }, metadata)
  const client = new grpc.Client(`127.0.0.1:${await port}`, grpc.credentials.createInsecure())

  async function close() {
    client.close()
    await app.close()
  }
  return { app, ask: askWith(client), close }
}

/** Calls a method with these tokens in its metadata, sends one note, and collects the texts of the answer. */
function askWith(client: grpc.Client): Ask {
  const service = packageDefinition['notes.Notes'] as unknown as grpc.ServiceDefinition
  return (name, tokens = [], note = { text: 'hello' }) => {
    const metadata = new grpc.Metadata()
    for (const token of tokens) metadata.add('authorization', token)
    const { path, requestSerialize, responseDeserialize, requestStream, responseStream } =
      service[name]!
    const how = [path, requestSerialize, responseDeserialize as (bytes: Buffer) => Note] as const
    return new Promise((resolve, reject) => {
      const texts: string[] = []
      const hear = ({ text = '' }: Note = {}) => void texts.push(text)
      const end = () => resolve(texts)
      const answer = (error: grpc.ServiceError | null, note?: Note) => {
        if (error !== null) return reject(error)
        hear(note)
        end()
      }
      if (responseStream) {
        const call = requestStream
          ? client.makeBidiStreamRequest(...how, metadata).end(note)
          : client.makeServerStreamRequest(...how, note, metadata)
        call.on('data', hear).on('error', reject).on('end', end)
      } else if (requestStream) {
        client.makeClientStreamRequest(...how, metadata, answer).end(note)
      } else {
        client.makeUnaryRequest(...how, note, metadata, answer)
      }
    })
  }
}
