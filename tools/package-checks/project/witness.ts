import { Session } from 'node:inspector';
import type { Plugin } from '@kopfts/core';

/** A plugin of the user's own: says which handlers ended, and once what of core runs in this process. */
export function witness(): Plugin {
  let told = false;
  return {
    name: 'witness',
    setup(host) {
      host.contribute('factSink', {
        open: () => ({
          accept(fact) {
            if (fact.kind !== 'handler-ended') return;
            console.log(`witness: ${fact.handler} ended`);
            if (!told) console.log(`witness: ${JSON.stringify({ pid: process.pid, node: process.versions.node, core: scriptsOfCore() })}`);
            told = true;
          },
        }),
      });
    },
  };
}

/** The entry of core, as often as the engine of JavaScript has parsed it, whoever loaded it. */
function scriptsOfCore(): readonly string[] {
  const urls: string[] = [];
  const session = new Session();
  session.connect();
  session.on('Debugger.scriptParsed', ({ params }) => urls.push(params.url));
  session.post('Debugger.enable');
  session.disconnect();
  return urls.filter((url) => /@kopfts\/core\/dist\/index\.js/.test(url));
}
