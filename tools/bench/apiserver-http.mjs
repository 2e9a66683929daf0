/**
 * A server in a process of its own: the in-memory API server (`api`), or the least that Node needs to read a request and answer as much
 * (`bare`). Tells its port, ends with its parent.
 */
import { createServer } from 'node:http';

const answers = {
  async api() {
    const { createApiServer } = await import('@kopfts/apiserver');
    return (await createApiServer({ seed: 1 }).listen()).port;
  },
  bare() {
    const server = createServer((request, response) => {
      const chunks = [];
      request.on('data', (chunk) => chunks.push(chunk));
      request.on('end', () => {
        const text = JSON.stringify(JSON.parse(Buffer.concat(chunks).toString()));
        response.writeHead(201, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
        response.end(text);
      });
    });
    return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server.address().port)));
  },
};

process.on('disconnect', () => process.exit());
process.on('message', () => process.send(process.cpuUsage()));
process.send(await answers[process.argv[2]]());
