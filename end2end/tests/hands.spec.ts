import { createHash, randomBytes } from 'node:crypto';
import AxeBuilder from '@axe-core/playwright';
import { expect, type Page, test } from '@playwright/test';
import { type Servers, signIn, startServers } from './servers';
import { addChild, api, expectNoSidewaysScroll, filter, linkBase } from './support';

const shots = process.env.SCREENSHOTS;
const port = 3690;
const spotify = `http://127.0.0.1:${port + 1}`;
let servers: Servers;
test.use({ baseURL: `http://127.0.0.1:${port}` });
test.beforeEach(async () => {
  servers = await startServers(port, []);
});
test.afterEach(() => servers?.stop());

/** Signs in to Spotify as the person's own app does. */
async function token(page: Page): Promise<string> {
  const verifier = randomBytes(48).toString('base64url');
  const redirect_uri = 'http://127.0.0.1:9/auth/callback';
  const asked = new URLSearchParams({
    client_id: 'by-hand', response_type: 'code', redirect_uri, state: 'state', scope: 'playlist-modify-private playlist-modify-public playlist-read-private',
    code_challenge_method: 'S256', code_challenge: createHash('sha256').update(verifier).digest('base64url'),
  });
  const answer = await page.request.get(`${spotify}/authorize?${asked}`, { maxRedirects: 0 });
  const code = new URL(answer.headers().location).searchParams.get('code')!;
  const form = { grant_type: 'authorization_code', code, redirect_uri, client_id: 'by-hand', code_verifier: verifier };
  const given = await page.request.post(`${spotify}/api/token`, { form });
  expect(given.status()).toBe(200);
  return (await given.json()).access_token;
}

/** Takes the child's first song out in Spotify; gives its URI. */
async function takeOutFirst(page: Page, playlist: string): Promise<string> {
  const headers = { authorization: `Bearer ${await token(page)}` };
  const address = `${spotify}/v1/playlists/${playlist}/items`;
  const listed = await (await page.request.get(address, { headers })).json();
  const first = listed.items[0];
  const uri = (first.item ?? first.track).uri;
  const gone = await page.request.delete(address, { headers, data: { items: [{ uri }], tracks: [{ uri }] } });
  expect(gone.status()).toBe(200);
  return uri;
}

async function sync(page: Page, base: string) {
  await api(page, 'POST', `/api/base-playlists/${base}/sync`, undefined, { prefer: 'wait=30' });
}

test('a song that was taken out in Spotify stays out until the person decides', async ({ page }) => {
  test.setTimeout(180_000);
  await signIn(page, servers.url);
  const base = await linkBase(page, 'Kitchen Radio');
  const child = await addChild(page, base, 'Short list', filter({ field: 'position', op: 'lte', value: 5 }));
  await page.goto(`/child-playlists/${child}/hands`);
  await expect(page.getByText('Nothing yet')).toBeVisible();
  await page.getByRole('radio', { name: /^Ask me/ }).check();
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Saved.').first()).toBeVisible();
  await sync(page, base);
  const saved = await api<{ spotify_playlist_id: string; hand_policy: string }>(page, 'GET', `/api/child-playlists/${child}`);
  expect(saved.body.hand_policy).toBe('ask');
  await takeOutFirst(page, saved.body.spotify_playlist_id);
  // Within the first minute after a write nobody can tell a hand from a late answer: such syncs leave the child alone.
  await expect
    .poll(async () => {
      await sync(page, base);
      return (await api<{ items: unknown[] }>(page, 'GET', `/api/child-playlists/${child}/hand-edits`)).body.items.length;
    }, { timeout: 100_000, intervals: [5_000] })
    .toBe(1);

  for (const colorScheme of ['light', 'dark'] as const) {
    for (const width of [360, 1280]) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 900 });
      await page.goto(`/child-playlists/${child}/hands`);
      await expect(page.getByText('Stays out until you decide')).toBeVisible();
      if (shots) await page.screenshot({ path: `${shots}/hands-${colorScheme}-${width}.png`, fullPage: true });
      await expectNoSidewaysScroll(page);
      const found = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']).analyze();
      expect(found.violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.target).join(', ')}`)).toEqual([]);
    }
  }
  await page.getByRole('button', { name: /^Keep out/ }).click();
  await expect(page.getByText('Nothing yet')).toBeVisible();
  const kept = await api<{ filter: { bans: string[] } }>(page, 'GET', `/api/child-playlists/${child}`);
  expect(kept.body.filter.bans.length).toBe(1);
});
