import AxeBuilder from '@axe-core/playwright';
import { expect, type Page, test } from '@playwright/test';
import { addChild, api, expectNoSidewaysScroll, filter, linkBase, tryDemo } from './support';

const shots = process.env.SCREENSHOTS;
type Run = { id: string; status: string; trigger: string; children: { matched: number; added: number; removed: number }[] };

const first = (len: number) => filter({ field: 'position', op: 'lte', value: len });

async function sync(page: Page, base: string): Promise<Run> {
  const run = await api<Run>(page, 'POST', `/api/base-playlists/${base}/sync`, undefined, { prefer: 'wait=30' });
  expect(run.body.status).toBe('completed');
  return run.body;
}

/** A child that held 10 songs and was then filled with 25 by a second sync. */
async function grown(page: Page) {
  await tryDemo(page);
  const base = await linkBase(page, 'Kitchen Radio');
  const child = await addChild(page, base, 'Short list', first(10));
  await sync(page, base);
  await api(page, 'PATCH', `/api/child-playlists/${child}`, { filter: first(25) });
  return { base, child, run: await sync(page, base) };
}

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'with scripts' : 'without scripts', () => {
    test.use({ javaScriptEnabled });
    test('a sync is undone, the child is paused with it, and the undoing is undone', async ({ page }) => {
      test.setTimeout(90_000);
      const { base, child, run } = await grown(page);
      await page.goto(`/history/${run.id}`);
      await page.getByRole('link', { name: /^What changed/ }).click();
      await expect(page.getByRole('heading', { level: 1, name: 'What changed in Short list' })).toBeVisible();
      await expect(page.getByText(/^Fits “/).first()).toBeVisible();
      await page.getByText('All it held after this sync: 25 songs').click();
      await expect(page.locator('.as-of-then li')).toHaveCount(25);
      await page.getByRole('link', { name: /^Put back what it held before/ }).click();
      await expect(page.getByRole('heading', { level: 1, name: 'Put Short list back' })).toBeVisible();
      await expect(page.getByText('−15 removed')).toBeVisible();
      await expect(page.getByText('It held 10 songs.')).toBeVisible();
      await page.getByRole('checkbox', { name: /^Pause/ }).check();
      await page.getByRole('button', { name: 'Put it back' }).click();
      await expect(page.getByRole('heading', { level: 1, name: 'Restore of Kitchen Radio' })).toBeVisible();
      await expect(page.getByRole('link', { name: 'Undo this sync' })).toBeVisible({ timeout: 30_000 });
      const shown = await api<{ is_active: boolean; track_total: number }>(page, 'GET', `/api/child-playlists/${child}`);
      expect(shown.body).toMatchObject({ is_active: false, track_total: 10 });

      await page.getByRole('link', { name: 'Undo this sync' }).click();
      await expect(page.getByText('+15 added')).toBeVisible();
      await page.getByRole('button', { name: 'Put it back' }).click();
      await expect(page.getByRole('heading', { level: 1, name: 'Restore of Kitchen Radio' })).toBeVisible();
      await expect
        .poll(async () => (await api<{ track_total: number }>(page, 'GET', `/api/child-playlists/${child}`)).body.track_total)
        .toBe(25);
      const runs = await api<{ items: Run[] }>(page, 'GET', `/api/sync-events?base_playlist_id=${base}`);
      expect(runs.body.items.map((one) => one.trigger)).toEqual(['restore', 'restore', 'api', 'api']);
    });
  });
}

for (const colorScheme of ['light', 'dark'] as const) {
  for (const width of [1280, 360]) {
    test(`the page before a restore is accessible and fits, ${colorScheme}, ${width} px`, async ({ page }) => {
      const { run, child } = await grown(page);
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 900 });
      const pages = { changes: `/history/${run.id}/children/${child}`, restore: `/history/${run.id}/restore?child=${child}`, run: `/history/${run.id}` };
      for (const [name, address] of Object.entries(pages)) {
        await page.goto(address);
        await expect(page.getByText(/−15 removed|\+15 added|Undo this sync/).first()).toBeVisible();
        if (shots) await page.screenshot({ path: `${shots}/restore-${name}-${colorScheme}-${width}.png`, fullPage: true });
        await expectNoSidewaysScroll(page);
        const found = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']).analyze();
        expect(found.violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.target).join(', ')}`)).toEqual([]);
      }
    });
  }
}
