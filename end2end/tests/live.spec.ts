import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { expect, type Page, test } from '@playwright/test';
import { type Servers, signIn, startServers } from './servers';
import { addChild, api, everything, expectNoSidewaysScroll, filter, hydrated, linkBase } from './support';

const shots = process.env.SCREENSHOTS;
const port = 3690;

function faultScript(rules: unknown[]): string {
  const file = join(mkdtempSync(join(tmpdir(), 'headwater-faults-')), 'faults.json');
  writeFileSync(file, JSON.stringify({ rules }));
  return file;
}

/** Every write takes so long: a copy of the large base is about fifty of them. */
const slow = (ms: number) =>
  ['POST', 'PUT'].map((method) => ({ method, path: '/v1/playlists/*/items', action: { stall: { ms } } }));

async function start(page: Page, base: string): Promise<string> {
  return (await api<{ id: string }>(page, 'POST', `/api/base-playlists/${base}/sync`)).body.id;
}

/** Percent as the page shows it. */
async function percent(page: Page): Promise<number> {
  return Number(await page.getByRole('progressbar').first().getAttribute('value'));
}

async function look(page: Page, name: string) {
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const width of [1280, 360]) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 900 });
      if (shots) await page.screenshot({ path: `${shots}/${name}-${colorScheme}-${width}.png`, fullPage: true });
      await expectNoSidewaysScroll(page);
      const found = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']).analyze();
      expect(found.violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.target).join(', ')}`)).toEqual([]);
    }
  }
}

test.describe('a run is watched', () => {
  let servers: Servers;
  test.use({ baseURL: `http://127.0.0.1:${port}` });
  test.afterEach(() => servers?.stop());

  test('percent moves without a reload, a broken stream mends itself, the end comes by itself', async ({ page, context }) => {
    test.setTimeout(120_000);
    servers = await startServers(port, ['--faults', faultScript(slow(250))]);
    await signIn(page, servers.url);
    const base = await linkBase(page, 'Everything I Ever Liked');
    await addChild(page, base, 'Copy', everything);
    await addChild(page, base, 'First', filter({ field: 'position', op: 'lte', value: 20 }));
    const streams: string[] = [];
    const asked: string[] = [];
    page.on('request', (request) => {
      if (request.url().endsWith('/stream')) streams.push(request.url());
      if (request.url().includes('get_sync_event')) asked.push(request.url());
    });
    const run = await start(page, base);
    await page.goto(`/history/${run}`);
    await hydrated(page);
    await page.evaluate(() => Object.assign(window, { sameDocument: true }));
    const seen = [await percent(page)];
    await expect.poll(async () => seen[seen.push(await percent(page)) - 1], { intervals: [100] }).toBeGreaterThan(seen[0]);
    await expect(page).toHaveTitle(/^\d+% – Sync of Everything I Ever Liked/);
    await expect(page.getByText(/seconds left|about|min left/).first()).toBeVisible();
    const item = page.getByRole('banner').getByRole('link', { name: /Syncing Everything I Ever Liked \d+%/ });
    await expect(item).toHaveAttribute('href', `/history/${run}`);
    // The small child is done while the other is still being written.
    await expect(page.getByRole('row', { name: /First/ })).toContainText('Updated');
    expect(await page.getByRole('progressbar').count()).toBe(1);

    await context.setOffline(true);
    await page.waitForTimeout(500);
    await context.setOffline(false);
    const before = await percent(page);
    await expect.poll(async () => seen[seen.push(await percent(page)) - 1], { intervals: [100], timeout: 15_000 }).toBeGreaterThan(before);
    expect([...seen].sort((a, b) => a - b)).toEqual(seen);

    await expect(page.getByRole('progressbar')).toHaveCount(0, { timeout: 60_000 });
    await expect(page.getByRole('main')).toContainText('Done');
    await expect(page.getByRole('row', { name: /Copy/ })).toContainText('Updated');
    await expect(page).toHaveTitle(/^Sync of Everything I Ever Liked/);
    await expect(item).toHaveCount(0, { timeout: 10_000 });
    expect(await page.evaluate(() => 'sameDocument' in window)).toBe(true);
    expect(streams.length).toBeGreaterThan(0);
  });

  test('where no stream comes through, the page asks', async ({ page }) => {
    test.setTimeout(120_000);
    servers = await startServers(port, ['--faults', faultScript(slow(250))]);
    await signIn(page, servers.url);
    const base = await linkBase(page, 'Everything I Ever Liked');
    await addChild(page, base, 'Copy', everything);
    await page.route('**/stream', (route) => route.fulfill({ status: 503 }));
    const run = await start(page, base);
    await page.goto(`/history/${run}`);
    const before = await percent(page);
    await expect.poll(() => percent(page), { timeout: 15_000 }).toBeGreaterThan(before);
    await expect(page.getByRole('progressbar')).toHaveCount(0, { timeout: 60_000 });
    await expect(page.getByRole('main')).toContainText('Done');
  });

  test('every page shows what runs; a cancel is seen; a wait counts down', async ({ page }) => {
    test.setTimeout(180_000);
    const wait = { method: 'POST', path: '/v1/playlists/*/items', occurrence: [6], action: { answer: { status: 429, retry_after: 20 } } };
    servers = await startServers(port, ['--faults', faultScript([wait, ...slow(1500)])]);
    await signIn(page, servers.url);
    const base = await linkBase(page, 'Everything I Ever Liked');
    const small = await linkBase(page, 'Kitchen Radio');
    await addChild(page, base, 'Copy', everything);
    await addChild(page, small, 'Other', everything);
    const run = await start(page, base);
    await page.goto('/tags');
    await hydrated(page);
    await expect(page.getByRole('banner').getByText('Syncing Everything I Ever Liked')).toBeVisible();
    await expect(page).toHaveTitle(/^\d+% – Tags/);
    await look(page, 'activity');
    await page.getByRole('link', { name: /Syncing Everything I Ever Liked/ }).click();
    await hydrated(page);
    await expect(page.getByText(/Spotify asked us to wait: it goes on in 0:\d\d/)).toBeVisible({ timeout: 30_000 });
    await look(page, 'run-waiting');
    const first = await page.locator('.run-progress-head').innerText();
    await expect.poll(() => page.locator('.run-progress-head').innerText()).not.toBe(first);
    await expect(page.getByText(/Spotify asked us to wait/)).toHaveCount(0, { timeout: 30_000 });
    await look(page, 'run-live');
    await page.getByRole('button', { name: 'Cancel sync' }).click();
    await expect(page.getByRole('button', { name: 'Stopping' })).toBeVisible();
    await look(page, 'run-stopping');
    void run;
  });
});
