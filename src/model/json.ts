/** Plain data: what YAML, templates and JSON carry between the stages. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Compile-time proof that a union was handled in full; reaching it at run time is a bug of ours. */
export function assertNever(value: never): never {
  throw new Error(`unhandled case: ${JSON.stringify(value)}`);
}
