/** The one message the lab's server sends to the process that started it. */

export type ServerMessage =
  | { readonly ready: true }
  | { readonly ready: false; readonly message: string; readonly hint: string };
