// Which operator's tracer a handler's own spans belong to. The API of OpenTelemetry knows one provider per process; where the user registered none, ours stands
// there and sends each span to the operator whose handler asks, so that several operators in one process do not mix.
import {
  context,
  createContextKey,
  ProxyTracerProvider,
  trace,
  type Context,
  type Tracer,
  type TracerOptions,
  type TracerProvider,
} from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';

const KEY = createContextKey('@kopfts/observability tracer provider');
// eslint-disable-next-line @typescript-eslint/no-deprecated -- the only way to tell whether anybody registered a provider
const NOBODY = new ProxyTracerProvider().getDelegate();

/** The context of a handler of the operator with this provider. */
export function withProvider(of: Context, provider: TracerProvider): Context {
  return of.setValue(KEY, provider);
}

/** The user's own provider, if one was registered; ours does not count. */
export function registeredProvider(): TracerProvider | undefined {
  const delegate = delegateOf();
  return delegate === NOBODY || isOurs(delegate) ? undefined : trace.getTracerProvider();
}

/** Registers what handlers need to find their span and tracer, unless the user did. Again is harmless. */
export function registerForHandlers(): void {
  if (!hasContextManager()) context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  if (registeredProvider() === undefined && !isOurs(delegateOf())) trace.setGlobalTracerProvider(new ContextTracerProvider());
}

/** Without a manager, nothing that is made active ever is. */
function hasContextManager(): boolean {
  const probe = context.active().setValue(KEY, undefined);
  return context.with(probe, () => context.active() === probe);
}

function delegateOf(): TracerProvider {
  const global = trace.getTracerProvider();
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- as above
  return global instanceof ProxyTracerProvider ? global.getDelegate() : global;
}

const MARK = Symbol.for('@kopfts/observability ContextTracerProvider');

function isOurs(provider: TracerProvider): boolean {
  return MARK in provider;
}

class ContextTracerProvider implements TracerProvider {
  readonly [MARK] = true;

  getTracer(name: string, version?: string, options?: TracerOptions): Tracer {
    const tracerIn = (of: Context): Tracer => {
      const provider = of.getValue(KEY);
      return (isProvider(provider) ? provider : NOBODY).getTracer(name, version, options);
    };
    const startSpan: Tracer['startSpan'] = (span, given, of = context.active()) => tracerIn(of).startSpan(span, given, of);
    // The overloads of the interface are those of whichever tracer it is.
    const startActiveSpan = (...args: Parameters<Tracer['startActiveSpan']>): unknown => {
      const tracer = tracerIn(context.active());
      return tracer.startActiveSpan(...args);
    };
    return { startSpan, startActiveSpan: startActiveSpan as Tracer['startActiveSpan'] };
  }
}

function isProvider(value: unknown): value is TracerProvider {
  return typeof value === 'object' && value !== null && 'getTracer' in value;
}
