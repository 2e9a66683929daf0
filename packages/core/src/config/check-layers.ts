// A configuration in layers: each of them must be right in itself, also where another one goes before it.
import { InvalidConfigError, KopfError } from '../errors.js';
import { isJsonObject } from '../model/json.js';
import { eachOf, mistakesOf, throwMistakes, together } from '../model/mistakes.js';
import { checkHandlers, KNOWN, LAYERS, parseName, parsePlugins, parseScope, type PartialConfig } from './define-config.js';
import { parseSettings, rejectUnknown } from './settings.js';

/** One layer, and where it was said. */
export interface PlacedLayer {
  readonly config: PartialConfig;
  /** For people, such as `profile 'x' of kopf.config.ts`. `undefined`: where everybody looks first. */
  readonly place: string | undefined;
}

/**
 * What each layer says must be right; what it does not say is left to the others. `whole`, if given, is what they come to: it has to have handlers and plugins.
 *
 * @throws InvalidConfigError, UnknownOptionError, InvalidOptionError with the path of the wrong value, and the place of its layer;
 *   MistakesError if several are wrong.
 */
export function checkLayers(layers: readonly PlacedLayer[], whole?: PartialConfig): void {
  const mistakes = layers.flatMap(({ config, place }) => mistakesOf(() => checkLayer(config)).map((mistake) => placed(mistake, place)));
  // What is there under a name that is nearly right is not missing.
  const meant = mistakes.map(({ context }) => context['nearest']);
  throwMistakes([...mistakes, ...(whole === undefined ? [] : mistakesOf(() => checkPresence(whole, meant)))]);
}

/** What is there was looked at in its layer. */
function checkPresence({ handlers, plugins }: PartialConfig, meant: readonly unknown[]): void {
  together({
    handlers: () => (handlers === undefined && !meant.includes('handlers') ? checkHandlers(handlers) : undefined),
    plugins: () => (plugins === undefined && !meant.includes('plugins') ? parsePlugins(plugins) : undefined),
  });
}

function placed(mistake: KopfError, place: string | undefined): KopfError {
  if (place === undefined) return mistake;
  const { code, message, remedy = '', context } = mistake;
  return new KopfError(code, message.endsWith('.') ? `${message.slice(0, -1)} (${place}).` : `${message} (${place})`, {
    remedy,
    context,
    cause: mistake,
  });
}

/** Entries of `handlers` may still be globs. */
function checkLayer(layer: PartialConfig): void {
  const given: unknown = layer; // as users gave it
  if (!isJsonObject(given)) throw new InvalidConfigError('The configuration is not an object.');
  const { handlers, plugins } = layer;
  together({
    layers: () => rejectLayers(layer),
    names: () => rejectUnknown('The configuration', layer, [...KNOWN, ...LAYERS]),
    name: () => parseName(layer.name),
    handlers: () => (handlers === undefined ? undefined : checkHandlers(handlers)),
    namespaces: () => parseScope(layer),
    plugins: () => (plugins === undefined ? undefined : parsePlugins(plugins)),
    settings: () => parseSettings(layer.settings),
  });
}

function rejectLayers(layer: object): void {
  eachOf(
    LAYERS.filter((name) => name in layer),
    (name) => {
      throw new InvalidConfigError(`'${name}' is said by a whole configuration, not by a part of one.`, {
        remedy: 'Write it at the top of the file, beside `profiles`.',
      });
    },
  );
}
