import type { AuthContext } from "better-auth";

type Handler = (context: { readonly headers?: unknown }) => Promise<unknown>;

/**
 * Lets this plugin's hook see what earlier hooks make of a call's headers, such as a cookie of another header: better-auth shows that to
 * the endpoint alone.
 *
 * @param ownId of this plugin
 */
export function showHeaders({ options }: AuthContext, ownId: string): void {
  const { hooks, plugins = [] } = options;
  // In place: better-auth copies its options when a plugin adds to them.
  if (hooks?.before !== undefined) hooks.before = shown(hooks.before);
  for (const plugin of plugins) {
    if (plugin.id === ownId) return;
    if (plugin.hooks?.before === undefined) continue;
    const before = plugin.hooks.before.map((hook) => ({ ...hook, handler: shown(hook.handler) }));
    plugin.hooks = { ...plugin.hooks, before };
  }
}

function shown<Hook>(hook: Hook): Hook {
  const handler = hook as unknown as Handler;
  const showing: Handler = async (context) => {
    const result = await handler(context);
    const made = (result as Result | undefined)?.response?.context?.headers;
    if (made instanceof Headers && context.headers instanceof Headers)
      for (const [name, value] of made) context.headers.set(name, value);
    return result;
  };
  return Object.assign(showing, hook);
}

interface Result {
  readonly response?: { readonly context?: { readonly headers?: unknown } | null } | null;
}
