/**
 * The projects of users: the seed example with a plugin of their own, in TypeScript, in modules and in CommonJS. Pure: the files of the
 * example in, the files of a project out.
 */
import ts from 'typescript';
import { parse } from 'yaml';

export const flavours = ['typescript', 'modules', 'commonjs'];

/**
 * `read` gives the text of a file of the seed example (`handlers.ts`) or of `project/` beside this file (`project/witness.ts`);
 * `typings` are the development dependencies of those who write TypeScript.
 */
export function projectFiles(flavour, { read, typings }) {
  const sources = {
    'handlers.ts': read('handlers.ts'),
    'kopf.config.ts': configWithOwnParts(read('kopf.config.ts')),
    'typed-handlers.ts': read('project/typed-handlers.ts'),
    'witness.ts': read('project/witness.ts'),
  };
  const code = Object.entries(sources).map(([name, text]) => inFlavour(flavour, name, text));
  return {
    ...Object.fromEntries(code),
    'package.json': JSON.stringify(manifestOf(flavour, typings)),
    'api-server.mjs': read('project/api-server.mjs'),
    'cluster.json': JSON.stringify(clusterOf(read)),
  };
}

function manifestOf(flavour, typings) {
  const manifest = { name: `${flavour}-user`, version: '1.0.0', private: true };
  if (flavour === 'commonjs') return manifest;
  return { ...manifest, type: 'module', ...(flavour === 'typescript' ? { devDependencies: typings } : {}) };
}

/** Fails when the example no longer looks as the replacement expects: a project without its plugin would prove nothing. */
function configWithOwnParts(text) {
  const imports = `import { typed } from './typed-handlers.js';\nimport { witness } from './witness.js';\n`;
  return imports + replaceOnce(replaceOnce(text, '[handlers]', '[handlers, typed]'), 'annotations()]', 'annotations(), witness()]');
}

function replaceOnce(text, part, by) {
  if (text.split(part).length !== 2) throw new Error(`the seed example does not have '${part}' once`);
  return text.replace(part, by);
}

function inFlavour(flavour, name, text) {
  if (flavour === 'typescript') return [name, text];
  const module = withoutTypes(text);
  return [name.replace(/\.ts$/, '.js'), flavour === 'commonjs' ? asCommonJs(module) : module];
}

function withoutTypes(text) {
  const compilerOptions = { target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.ESNext, verbatimModuleSyntax: true };
  return ts.transpileModule(text, { compilerOptions }).outputText;
}

/** What a person would write, not what a compiler does: no `__esModule`, no `default`. */
export function asCommonJs(module) {
  const exported = [];
  const text = module
    .replace(/^import (\w+) from ('[^']+');$/gm, 'const $1 = require($2);')
    .replace(/^import (\{[^}]*\}) from ('[^']+');$/gm, 'const $1 = require($2);')
    .replace(/^export default /gm, 'module.exports = ')
    .replace(/^export ((?:async )?function|const) (\w+)/gm, (_, kind, name) => {
      exported.push(name);
      return `${kind} ${name}`;
    });
  if (/^(import|export)\b/m.test(text)) throw new Error(`this cannot be turned into CommonJS: ${/^(import|export)\b.*/m.exec(text)[0]}`);
  return exported.length === 0 ? text : `${text}module.exports = { ${exported.join(', ')} };\n`;
}

function clusterOf(read) {
  const object = parse(read('object.yaml'));
  const definition = parse(read('crd.yaml'));
  const plural = definition.spec.names.plural;
  return [
    { path: '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', object: definition },
    { path: `/apis/${object.apiVersion}/namespaces/${object.metadata.namespace}/${plural}`, object },
  ];
}
