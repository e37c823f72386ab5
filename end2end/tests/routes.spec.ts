import AxeBuilder from '@axe-core/playwright';
import { expect, test, type Page } from '@playwright/test';
import { addChild, api, everything, expectNoSidewaysScroll, filter, hydrated, linkBase, tryDemo } from './support';

const sizes = [{ width: 1280, height: 900 }, { width: 360, height: 740 }];
const shots = process.env.SCREENSHOTS;

type Child = { child_playlist_id: string; name: string; matched: number; alone: number };
type Routing = { total: number; unrouted: number; overlaps: number; skipped: number; children: Child[]; genres: { facet: { genre?: string }; rows: number }[] | null };
type Preview = { children: { matched: number; added: number; removed: number; verdict: string; plan_hash: string }[] };

/** A base of some hundred songs with children that share songs. */
async function withChildren(page: Page): Promise<{ base: string; children: string[] }> {
  await tryDemo(page);
  const base = await linkBase(page, 'Road Trips & Rainy Days');
  const children = [
    await addChild(page, base, 'Nineties & noughties', filter({ field: 'release_year', op: 'between', value: [1990, 2009] })),
    await addChild(page, base, 'Clean and short', filter({ field: 'explicit', op: 'is', value: false }, { field: 'duration', op: 'lte', value: 200000 })),
    await addChild(page, base, 'First hundred of the long way home, in order', filter({ field: 'position', op: 'lte', value: 100 })),
  ];
  return { base, children };
}

async function look(page: Page, name: string) {
  const viewport = page.viewportSize()!;
  if (shots) await page.screenshot({ path: `${shots}/${name}.png`, fullPage: true });
  await expectNoSidewaysScroll(page);
  await expect(page.getByRole('heading', { level: 1 })).toHaveCount(1);
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  await page.setViewportSize({ width: viewport.width, height: Math.max(height, viewport.height) });
  const found = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']).analyze();
  expect(found.violations.map((v) => `${name}: ${v.id}: ${v.nodes.map((n) => n.target).join(', ')}`)).toEqual([]);
  await page.setViewportSize(viewport);
}

for (const colorScheme of ['light', 'dark'] as const) {
  for (const viewport of sizes) {
    test.describe(`${colorScheme}, ${viewport.width} px`, () => {
      test.use({ colorScheme, viewport });

      test('routing and plan are accessible and fit', async ({ page }) => {
        test.setTimeout(180_000);
        const { base } = await withChildren(page);
        const of = (name: string) => `${name}-${colorScheme}-${viewport.width}`;
        const go = async (path: string) => {
          await page.goto(`/base-playlists/${base}${path}`);
          await page.waitForLoadState('networkidle');
        };
        await go('/plan');
        await look(page, of('plan-first'));
        await go('/routing');
        await look(page, of('routing'));
        await go('/routing?set=overlap#list');
        await look(page, of('routing-list'));
        await go('');
        await look(page, of('base-first'));
        await api(page, 'POST', `/api/base-playlists/${base}/sync`, undefined, { prefer: 'wait=60' });
        const { body } = await api<{ items: { id: string }[] }>(page, 'GET', `/api/base-playlists/${base}/child-playlists`);
        await api(page, 'PATCH', `/api/child-playlists/${body.items[0].id}`, { filter: filter({ field: 'release_year', op: 'between', value: [2000, 2019] }) });
        await go('/plan');
        await look(page, of('plan-changes'));
      });
    });
  }
}

test('a ribbon opens its list, and the numbers agree everywhere', async ({ page }) => {
  const { base } = await withChildren(page);
  const { body: routing } = await api<Routing>(page, 'GET', `/api/base-playlists/${base}/routing`);
  const alone = routing.children.reduce((sum, child) => sum + child.alone, 0);
  expect(alone + routing.overlaps + routing.unrouted + routing.skipped).toBe(routing.total);

  await page.goto(`/base-playlists/${base}/routing`);
  const flow = page.getByRole('group', { name: /^Songs of Road Trips/ });
  const first = routing.children[0];
  await expect(flow.getByRole('link', { name: new RegExp(`^${first.name}: ${first.matched} songs`) })).toBeVisible();
  const table = page.getByRole('table', { name: 'Songs of each child playlist' });
  await expect(table.getByRole('row', { name: new RegExp(`^${first.name} ${first.matched} ${first.alone}$`) })).toBeVisible();
  await flow.getByRole('link', { name: /^In no child: / }).click();
  await expect(page.getByRole('heading', { level: 2, name: `In no child ${routing.unrouted} songs` })).toBeVisible();
  const pair = page.getByRole('table', { name: 'Songs that two child playlists share' });
  await pair.getByRole('row', { name: new RegExp(`^1? ?${first.name}`) }).getByRole('link').first().click();
  await expect(page.getByRole('heading', { level: 2, name: new RegExp(`^In both ${first.name} and `) })).toBeVisible();
  await page.getByRole('link', { name: /^Make a playlist of/ }).first().click();
  await expect(page.getByRole('heading', { level: 1, name: 'New child playlist' })).toBeVisible();
  await expect(page.getByLabel('Field of rule 1')).toHaveValue('track_id');
});

test.describe('without scripts', () => {
  test.use({ javaScriptEnabled: false });

  test('a bar opens the builder prefilled; what it previews is what a sync writes', async ({ page }) => {
    await tryDemo(page);
    const base = await linkBase(page, 'Road Trips & Rainy Days');
    const { body: routing } = await api<Routing>(page, 'GET', `/api/base-playlists/${base}/routing`);
    await page.goto(`/base-playlists/${base}/routing`);
    const genre = routing.genres?.[0];
    const bar = genre ? new RegExp(`^${genre.facet.genre}`, 'i') : /^1990s/;
    await page.getByRole('listitem').getByRole('link', { name: bar }).first().click();
    await expect(page.getByLabel('Field of rule 1')).toHaveValue(genre ? 'genre' : 'release_year');
    await expect(page.getByLabel('Name', { exact: true })).not.toHaveValue('');
    await page.getByRole('button', { name: 'Save child playlist' }).click();
    // Nothing is saved whose effect was not seen.
    await expect(page.getByText('Nothing is saved yet')).toBeVisible();
    await page.getByRole('button', { name: 'Save child playlist' }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'Road Trips & Rainy Days' })).toBeVisible();

    const { body: preview } = await api<Preview>(page, 'POST', `/api/base-playlists/${base}/preview`);
    expect(preview.children[0].matched).toBeGreaterThan(0);
    await page.getByRole('link', { name: /^Preview changes/ }).click();
    await expect(page.getByText(`+${preview.children[0].added} added`).first()).toBeVisible();
    await page.getByRole('button', { name: 'Sync now' }).click();
    await expect(page).toHaveURL(new RegExp(`/base-playlists/${base}$`));
    await expect
      .poll(async () => {
        const { body } = await api<{ items: { status: string; children: { matched: number }[] }[] }>(page, 'GET', '/api/sync-events');
        return [body.items[0]?.status, body.items[0]?.children[0]?.matched];
      })
      .toEqual(['completed', preview.children[0].matched]);
  });

  test('a child that would lose most of its songs waits for a tick', async ({ page }) => {
    await tryDemo(page);
    const base = await linkBase(page, 'Kitchen Radio');
    const other = await linkBase(page, 'Road Trips & Rainy Days');
    const source = await addChild(page, other, 'Full', everything);
    await api(page, 'POST', `/api/base-playlists/${other}/sync`, undefined, { prefer: 'wait=60' });
    const { body: full } = await api<{ spotify_playlist_id: string }>(page, 'GET', `/api/child-playlists/${source}`);
    await api(page, 'DELETE', `/api/base-playlists/${other}`);
    const adopted = await api<{ id: string }>(page, 'POST', `/api/base-playlists/${base}/child-playlists`, {
      name: 'Adopted', filter: everything, spotify_playlist_id: full.spotify_playlist_id,
    });
    expect(adopted.status).toBe(201);
    await page.goto(`/base-playlists/${base}/plan`);
    await expect(page.getByText('Waits for you')).toBeVisible();
    await expect(page.getByText('No longer in the base').first()).toBeVisible();
    await page.getByRole('checkbox', { name: /^Yes, remove \d+ songs from/ }).check();
    await page.getByRole('button', { name: 'Sync now' }).click();
    await expect
      .poll(async () => (await api<{ items: { children: { outcome: string }[] }[] }>(page, 'GET', `/api/sync-events?base_playlist_id=${base}`)).body.items[0]?.children[0]?.outcome)
      .toBe('updated');
  });
});
