import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { promisify } from 'node:util';

const WEB = path.join(__dirname, '..', '..', 'web');
const MEDIA: Record<string, string> = { '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' };
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; " +
  "form-action 'none'; base-uri 'none'; frame-ancestors 'none'";
const OF_API = /^\/(v1|health|version|openapi\.json)\b/;

/** The built dashboard before a running API, under the policy that its pages must hold to. */
export class DashboardSite {
  /** True: the API does not answer any more. */
  away = false;

  private constructor(
    private readonly server: Server,
    private readonly api: string,
    private readonly folder: string,
  ) {
    server.on('request', (asked: IncomingMessage, answer: ServerResponse) => this.answer(asked, answer));
  }

  static async start(api: string, folder: string): Promise<DashboardSite> {
    const vite = path.join(WEB, '..', 'node_modules', 'vite', 'bin', 'vite.js');
    await promisify(execFile)(process.execPath, [vite, 'build', '--outDir', folder, '--emptyOutDir'], { cwd: WEB });
    const server = createServer();
    const site = new DashboardSite(server, api, folder);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return site;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private answer(asked: IncomingMessage, answer: ServerResponse): void {
    const { pathname } = new URL(asked.url ?? '/', this.url);
    if (OF_API.test(pathname)) {
      if (this.away) answer.socket?.destroy();
      else this.forward(asked, answer);
      return;
    }
    const named = path.join(this.folder, pathname);
    const file = path.extname(named) && existsSync(named) ? named : path.join(this.folder, 'index.html');
    const type = MEDIA[path.extname(file)] ?? 'text/html';
    answer.writeHead(200, { 'Content-Type': type, 'Content-Security-Policy': POLICY }).end(readFileSync(file));
  }

  private forward(asked: IncomingMessage, answer: ServerResponse): void {
    const { method, headers, url } = asked;
    const forwarded = request(new URL(url ?? '/', this.api), { ...(method && { method }), headers }, (got) => {
      answer.writeHead(got.statusCode ?? 502, got.headers);
      got.pipe(answer);
    });
    forwarded.on('error', () => answer.destroy());
    answer.on('close', () => forwarded.destroy());
    asked.pipe(forwarded);
  }
}
