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

type Run = { id: string; status: string; children: { outcome: string | null }[] };

test('the page of a running sync is accessible', async ({ page }) => {
  test.setTimeout(120_000);
  await tryDemo(page);
  const base = await linkBase(page, 'Everything I Ever Liked');
  for (let n = 1; n <= 8; n += 1) await addChild(page, base, `Copy ${n}`, everything);
  const started = await api<Run>(page, 'POST', `/api/base-playlists/${base}/sync`);
  await lookAtAll(page, 'run-running', `/history/${started.body.id}`, /Syncing|Queued/);
  await api(page, 'POST', `/api/sync-events/${started.body.id}/cancel`);
});

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

test.describe('where Spotify fails or withholds', () => {
  let servers: Servers;
  test.beforeAll(async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'headwater-faults-')), 'faults.json');
    const refused = { method: 'PUT', path: '/v1/playlists/*/items', action: { answer: { status: 400 } } };
    writeFileSync(file, JSON.stringify({ rules: [refused] }));
    servers = await startServers(3490, ['--mode', 'development', '--faults', file]);
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
