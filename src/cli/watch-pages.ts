/** `--listen` of a watch: where its figures are served, and what is wrong with that place. */
import type { FleetWatch } from '../fleet/watch-fleet.ts';
import { renderMetrics } from '../render/watch-metrics.ts';
import { healthOf } from '../watch/health.ts';
import { type ListenAddress, type Page, parseListen, type Served, serve } from '../watch/serve.ts';
import { type Output, refuse } from './output.ts';
import type { WatchCommandOptions } from './watch-options.ts';

/** Undefined where nothing is to be served. */
export function listenAddress(output: Output, text: string): ListenAddress | undefined {
  if (text === 'none') return undefined;
  return (
    parseListen(text) ??
    refuse(
      output,
      `--listen ${text}: it must be ADDRESS:PORT with an IP address or "localhost", or "none"`,
      'such as 127.0.0.1:9719, [::1]:9719, or 0.0.0.0:9719 for all addresses of this machine',
    )
  );
}

export async function serveFigures(
  output: Output,
  at: ListenAddress,
  fleet: FleetWatch,
  { interval }: WatchCommandOptions,
): Promise<Served> {
  const pages = new Map<string, () => Page>([
    [
      '/metrics',
      () => ({
        status: 200,
        type: 'text/plain; version=0.0.4; charset=utf-8',
        text: output.masked(renderMetrics(fleet.figures)),
      }),
    ],
    [
      '/healthz',
      () => {
        const { ok, text } = healthOf(fleet.figures, interval * 1000);
        return {
          status: ok ? 200 : 503,
          type: 'text/plain; charset=utf-8',
          text: output.masked(`${text}\n`),
        };
      },
    ],
  ]);
  try {
    return await serve(at, pages);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const where = placeOf(at, at.port);
    if (code === 'EADDRINUSE') {
      refuse(
        output,
        `--listen ${where}: the port is in use`,
        'end what uses it (another watch?), or choose another port, or "none"',
      );
    }
    if (code === 'EADDRNOTAVAIL') {
      refuse(output, `--listen ${where}: this machine has no such address`, 'name one of its own');
    }
    return refuse(output, `--listen ${where}: ${code ?? message}`, 'choose another address, or "none"');
  }
}

export function placeOf({ address }: ListenAddress, port: number): string {
  return `${address.includes(':') ? `[${address}]` : address}:${port}`;
}
