/** Answers what hosts that cannot be reached have in common: their trouble but for the address. Of the page, too. */

/** `192.0.2.5:22` as a word of its own. */
const HOST_ADDRESS = /(?<!\S)\S+:\d{1,5}(?=\s)/;

/** A connection's trouble without the address it was had with, which is a host's own. */
export function withoutAddress(message: string): string {
  return message.replace(HOST_ADDRESS, 'the host');
}
