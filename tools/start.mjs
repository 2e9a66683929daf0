/**
 * `npm start`: the seed example on an embedded API server. Installs and builds what is missing, then runs `kopf dev` in this process.
 * Only syntax of very old Node here, so that an old one can say that it is too old.
 */
import { requireNode } from './node-version.mjs';
import { takeTerminalKeys } from './terminal-keys.mjs';

if (requireNode()) {
  import('./workspace.mjs').then(run).catch((error) => {
    console.error(error && error.name === 'CommandFailedError' ? error.message : error);
    process.exitCode = 1;
  });
}

function run(workspace) {
  const packages = ['core', 'kubernetes', 'persistence-annotations', 'apiserver', 'cli'];
  return workspace
    .ensureInstalled()
    .then(() => workspace.ensureBuilt(packages))
    .then(() => {
      process.chdir(workspace.fromRoot('examples/00-hello'));
      return import(workspace.urlFromRoot('packages/cli/dist/index.js'));
    })
    .then((cli) => {
      const giveBack = takeTerminalKeys();
      return cli.runCli(['dev', '-f', 'crd.yaml', '-f', 'object.yaml'].concat(process.argv.slice(2))).then((code) => {
        giveBack();
        process.exitCode = code;
      });
    });
}
