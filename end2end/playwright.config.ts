import { defineConfig } from '@playwright/test';

const port = Number(process.env.E2E_PORT ?? 3190);
const bin = process.env.HEADWATER_BIN ?? '../target/debug/headwater';

export const flags = [
  '--no-sandbox', '--no-first-run', '--disable-background-networking', '--disable-component-update',
  '--disable-sync', '--disable-quic',
];

export default defineConfig({
  testDir: 'tests',
  // One demo server for all; each test signs in to an account of its own.
  workers: 1,
  fullyParallel: false,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  reporter: [['list']],
  use: {
    baseURL: `http://127.0.0.1:${port}`,
    browserName: 'chromium',
    launchOptions: { executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: flags },
    video: 'off',
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
    viewport: { width: 1280, height: 900 },
  },
  webServer: {
    command: `${bin} demo --addr 127.0.0.1:${port}`,
    url: `http://127.0.0.1:${port}/healthz`,
    env: { ...process.env, HEADWATER_SIGN_INS_PER_MINUTE: '10000', RUST_LOG: 'warn' } as Record<string, string>,
    reuseExistingServer: false,
    timeout: 30_000,
  },
});
