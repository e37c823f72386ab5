import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { expect, type Page, test } from '@playwright/test';
import { type Servers, signIn, startServers } from './servers';
import { addChild, api, everything, expectNoSidewaysScroll, filter, linkBase, tryDemo } from './support';

const shots = process.env.SCREENSHOTS;

/** The page in both themes and sizes: accessible, and nothing sticks out. */
async function lookAtAll(page: Page, name: string, address: string, words: RegExp) {
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const width of [1280, 360]) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 900 });
      await page.goto(address);
      await expect(page.getByRole('main')).toContainText(words);
      if (shots) await page.screenshot({ path: `${shots}/${name}-${colorScheme}-${width}.png`, fullPage: true });
      await expectNoSidewaysScroll(page);
      const found = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']).analyze();
      expect(found.violations.map((one) => `${name}: ${one.id}: ${one.nodes.map((node) => node.target).join(', ')}`)).toEqual([]);
    }
  }
}

/** A file that tells the simulator what goes wrong. */
function faultScript(rules: unknown[]): string {
  const file = join(mkdtempSync(join(tmpdir(), 'headwater-faults-')), 'faults.json');
  writeFileSync(file, JSON.stringify({ rules }));
  return file;
}

type Run = { id: string; status: string; children: { outcome: string | null }[] };

test('the page of a sync with a held child, and its plan, are accessible', async ({ page }) => {
  test.setTimeout(120_000);
  await tryDemo(page);
  const base = await linkBase(page, 'Road Trips & Rainy Days');
  const listed = await api<{ items: { id: string; name: string }[] }>(page, 'GET', '/api/spotify/playlists');
  const filled = listed.body.items.find((one) => one.name === 'Kitchen Radio')!;
  const made = await api(page, 'POST', `/api/base-playlists/${base}/child-playlists`, {
    name: 'Adopted', spotify_playlist_id: filled.id, filter: filter({ field: 'position', op: 'lte', value: 5 }),
  });
  expect(made.status).toBe(201);
  await lookAtAll(page, 'plan-held', `/base-playlists/${base}/plan`, /Adopted/);
  const run = await api<Run>(page, 'POST', `/api/base-playlists/${base}/sync`, undefined, { prefer: 'wait=30' });
  expect(run.body.children[0].outcome).toBe('held');
  await lookAtAll(page, 'run-held', `/history/${run.body.id}`, /Adopted/);
});

test.describe('while Spotify is slow to write', () => {
  let servers: Servers;
  // A copy of the large base is fifty writes: nothing that is looked at here can end meanwhile.
  const slow = { path: '/v1/playlists/*/items', action: { stall: { ms: 3000 } } };
  test.use({ baseURL: 'http://127.0.0.1:3590' });
  test.beforeEach(async () => {
    const rules = ['POST', 'PUT'].map((method) => ({ ...slow, method }));
    servers = await startServers(3590, ['--faults', faultScript(rules)]);
  });
  test.afterEach(() => servers?.stop());

  test('the page of a running sync is accessible', async ({ page }) => {
    test.setTimeout(120_000);
    await signIn(page, servers.url);
    const base = await linkBase(page, 'Everything I Ever Liked');
    await addChild(page, base, 'Copy', everything);
    const started = await api<Run>(page, 'POST', `/api/base-playlists/${base}/sync`);
    await lookAtAll(page, 'run-running', `/history/${started.body.id}`, /Syncing|Queued/);
    await api(page, 'POST', `/api/sync-events/${started.body.id}/cancel`);
  });
});

test.describe('while Spotify is slow to read', () => {
  let servers: Servers;
  // The large base is a hundred pages. Unlike in the midst of writing, a sync that reads stops as soon as it is asked to.
  const slow = { method: 'GET', path: '/v1/playlists/*/items', action: { stall: { ms: 3000 } } };
  test.use({ baseURL: 'http://127.0.0.1:3590' });
  test.beforeEach(async () => {
    servers = await startServers(3590, ['--faults', faultScript([slow])]);
  });
  test.afterEach(() => servers?.stop());

  test('while a sync runs: edits are locked with a reason, the contract answers 409, another base is free', async ({ page }) => {
    test.setTimeout(120_000);
    await signIn(page, servers.url);
    const big = await linkBase(page, 'Everything I Ever Liked');
    const small = await linkBase(page, 'Kitchen Radio');
    const child = await addChild(page, big, 'Copy', everything);
    const other = await addChild(page, small, 'Other', everything);

    const started = await api<{ id: string }>(page, 'POST', `/api/base-playlists/${big}/sync`);
    expect(started.status).toBe(202);
    const second = await api<{ sync_event_id: string; code: string }>(page, 'POST', `/api/base-playlists/${big}/sync`);
    expect(second.status).toBe(409);
    expect(second.body.sync_event_id).toBe(started.body.id);
    const edit = await api<{ code: string }>(page, 'PATCH', `/api/child-playlists/${child}`, { name: 'No' });
    expect(edit.status).toBe(409);
    expect(edit.body.code).toBe('sync_running');
    expect((await api(page, 'PATCH', `/api/child-playlists/${other}`, { name: 'Yes' })).status).toBe(200);

    await page.goto(`/base-playlists/${big}`);
    await expect(page.getByText(/Locked while syncing/).first()).toBeVisible();
    const locked = page.locator('[aria-disabled="true"]').first();
    await locked.focus();
    await expect(locked).toBeFocused();
    await page.goto(`/base-playlists/${small}`);
    await expect(page.getByText(/Locked while syncing/)).toHaveCount(0);

    const cancelled = await api(page, 'POST', `/api/sync-events/${started.body.id}/cancel`);
    expect(cancelled.status).toBe(202);
    await expect
      .poll(async () => (await api<{ status: string }>(page, 'GET', `/api/sync-events/${started.body.id}`)).body.status)
      .not.toBe('in_progress');
    expect((await api(page, 'PATCH', `/api/child-playlists/${child}`, { name: 'Now' })).status).toBe(200);
  });
});

test.describe('where Spotify fails or withholds', () => {
  let servers: Servers;
  test.beforeAll(async () => {
    const refused = { method: 'PUT', path: '/v1/playlists/*/items', action: { answer: { status: 400 } } };
    servers = await startServers(3490, ['--mode', 'development', '--faults', faultScript([refused])]);
  });
  test.afterAll(() => servers?.stop());

  test('the page of a failed sync with a skipped child is accessible', async ({ page }) => {
    test.setTimeout(120_000);
    await signIn(page, servers.url);
    const ask = async <T>(method: string, path: string, data?: unknown): Promise<T> =>
      (await page.request.fetch(`${servers.url}${path}`, { method, data: data as object, headers: { prefer: 'wait=30' } })).json();
    const playlists = await ask<{ items: { id: string; name: string }[] }>('GET', '/api/spotify/playlists');
    const base = await ask<{ id: string }>('POST', '/api/base-playlists', { spotify_playlist_id: playlists.items.find((one) => one.name === 'Kitchen Radio')!.id });
    const child = (name: string, rules: unknown) => ask('POST', `/api/base-playlists/${base.id}/child-playlists`, { name, filter: rules });
    await child('Refused', filter({ field: 'position', op: 'lte', value: 20 }));
    await child('Withheld', filter({ field: 'genre', op: 'any_of', value: ['rock'] }));
    const run = await ask<Run>('POST', `/api/base-playlists/${base.id}/sync`);
    expect(run.children.map((one) => one.outcome)).toEqual(['failed', 'skipped']);
    await lookAtAll(page, 'run-failed', `${servers.url}/history/${run.id}`, /Refused/);
  });
});
