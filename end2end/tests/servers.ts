import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, type Page } from '@playwright/test';

const bin = process.env.HEADWATER_BIN ?? '../target/debug/headwater';

export type Servers = { url: string; stop: () => Promise<void> };

/** A simulator and a server that takes it for Spotify; `simulate` are more arguments for the first. */
export async function startServers(port: number, simulate: string[]): Promise<Servers> {
  const folder = mkdtempSync(join(tmpdir(), 'headwater-e2e-'));
  const spotify = `http://127.0.0.1:${port + 1}`;
  const url = `http://127.0.0.1:${port}`;
  const started: ChildProcess[] = [];
  const start = (args: string[], env: Record<string, string>) =>
    started.push(spawn(bin, args, { env: { ...process.env, RUST_LOG: 'warn', ...env }, stdio: 'inherit' }));
  start(['simulate', '--addr', `127.0.0.1:${port + 1}`, '--requests-per-30s', '100000', ...simulate], {});
  start(['serve'], {
    HEADWATER_ADDR: `127.0.0.1:${port}`,
    HEADWATER_DATA_DIR: folder,
    HEADWATER_SPOTIFY_REQUESTS_PER_MINUTE: '60000',
    SPOTIFY_CLIENT_ID: 'e2e',
    SPOTIFY_ACCOUNTS_URL: spotify,
    SPOTIFY_API_URL: `${spotify}/v1`,
  });
  for (const address of [`${url}/healthz`, `${spotify}/authorize`]) {
    await expect(async () => {
      await fetch(address, { redirect: 'manual' });
    }).toPass({ timeout: 20_000 });
  }
  // Both have ended before this returns, so that the next can have their ports.
  const stop = async () => {
    await Promise.all(started.map(ended));
    rmSync(folder, { recursive: true, force: true });
  };
  return { url, stop };
}

/** Asks a server to end, waits until it has, and ends it by force if it does not. */
async function ended(child: ChildProcess) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  const force = setTimeout(() => child.kill('SIGKILL'), 10_000);
  await exit;
  clearTimeout(force);
}

/** Signs in at a simulator with one user, who is let in at once. */
export async function signIn(page: Page, url: string) {
  await page.goto(`${url}/auth/login?return_to=/`);
  await expect(page.getByRole('heading', { level: 1, name: 'Base playlists' })).toBeVisible();
}
