import { writeFileSync } from 'node:fs';
import { createApiServer } from '@kopfts/apiserver';

const server = createApiServer();
const { url, close } = await server.listen();
writeFileSync('kubeconfig.json', JSON.stringify(server.kubeconfig(url))); // kubectl --kubeconfig kubeconfig.json get namespaces
await close();
