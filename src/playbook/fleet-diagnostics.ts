/**
 * Collects what is found host by host so that one mistake is told once, not a thousand times: the same text at the same
 * place becomes one diagnostic that names the first host and counts the rest.
 */
import type { Diagnostic, Position } from '../model/diagnostic.ts';

/** Different texts told for one place and one kind of mistake; the others are counted. */
const MAX_TEXTS = 3;

interface Told {
  readonly diagnostic: Diagnostic;
  readonly firstHost: string;
  lastHost: string;
  hosts: number;
}

interface Place {
  readonly told: Map<string, Told>;
  /** Texts past MAX_TEXTS. */
  untold: number;
}

export class FleetDiagnostics {
  /** The host that is being resolved. */
  host = '';
  readonly #places = new Map<string, Place>();

  add(diagnostic: Diagnostic): void {
    const key = `${diagnostic.severity}\0${placeKey(diagnostic.where)}\0${diagnostic.hint ?? ''}`;
    let place = this.#places.get(key);
    if (!place) {
      place = { told: new Map(), untold: 0 };
      this.#places.set(key, place);
    }
    const text = `${diagnostic.summary}\0${diagnostic.related?.note}\0${placeKey(diagnostic.related?.where)}`;
    const known = place.told.get(text);
    if (known) {
      if (known.lastHost !== this.host) known.hosts += 1;
      known.lastHost = this.host;
    } else if (place.told.size < MAX_TEXTS) {
      place.told.set(text, { diagnostic, firstHost: this.host, lastHost: this.host, hosts: 1 });
    } else place.untold += 1;
  }

  /** Everything collected, the host or hosts named at the end of each summary. */
  get all(): Diagnostic[] {
    return [...this.#places.values()].flatMap(({ told, untold }) =>
      [...told.values()].map((one, index) => {
        const rest = one.hosts - 1;
        const more = rest > 0 ? ` and ${rest} more host${rest > 1 ? 's' : ''}` : '';
        const like = untold > 0 && index === MAX_TEXTS - 1 ? `; ${untold} more like it at this place` : '';
        return {
          ...one.diagnostic,
          summary: `${one.diagnostic.summary} (on ${one.firstHost}${more}${like})`,
        };
      }),
    );
  }
}

function placeKey(where: Position | undefined): string {
  return where ? `${where.file}:${where.line}:${where.column}` : '';
}
