import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** Stands between client and server, and breaks connections without a word to either. */
export interface TcpRelay {
  readonly port: number;
  /** Resets all connections of the moment. */
  breakAll(): void;
  /** From now on, new connections wait. */
  hold(): void;
  /** They wait no longer. */
  release(): void;
  close(): Promise<void>;
}

/** Relays to a port of this machine. */
export async function startTcpRelay(target: { readonly host: string; readonly port: number }): Promise<TcpRelay> {
  const sockets = new Set<Socket>();
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  };
  let held: Socket[] | undefined;
  const forward = (client: Socket): void => {
    const upstream = connect(target);
    keep(upstream);
    client.pipe(upstream).pipe(client);
  };
  const server = createServer((client) => {
    keep(client);
    if (held === undefined) forward(client);
    else held.push(client);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const breakAll = (): void => {
    for (const socket of sockets) socket.resetAndDestroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    breakAll,
    hold: () => {
      held ??= [];
    },
    release: () => {
      const waiting = held ?? [];
      held = undefined;
      waiting.forEach(forward);
    },
    close: async () => {
      breakAll();
      server.close();
      await once(server, 'close');
    },
  };
}
