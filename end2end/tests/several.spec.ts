import AxeBuilder from '@axe-core/playwright';
import { expect, type Page, test } from '@playwright/test';
import { addChild, api, expectNoSidewaysScroll, filter, hydrated, linkBase, tryDemo } from './support';

const shots = process.env.SCREENSHOTS;

const first = (most: number) => filter({ field: 'position', op: 'lte', value: most });

/** Two bases with a child each; both are ticked and synced. */
async function syncBoth(page: Page) {
  await tryDemo(page);
  for (const name of ['Kitchen Radio', 'Everything I Ever Liked']) {
    const base = await linkBase(page, name);
    await addChild(page, base, `First of ${name}`, first(10));
  }
  await page.goto('/');
  await page.getByRole('checkbox', { name: /Kitchen Radio/ }).check();
  await page.getByRole('checkbox', { name: /Everything I Ever Liked/ }).check();
  await page.getByRole('button', { name: 'Sync the ticked ones' }).click();
  await expect(page).toHaveURL(/\/sync-batches\//);
}

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'with scripts' : 'without scripts', () => {
    test.use({ javaScriptEnabled });

    test('two base playlists sync one after the other', async ({ page }) => {
      await syncBoth(page);
      await expect(page.getByText('2 of 2 syncs ended: 2 done')).toBeVisible({ timeout: 60_000 });
      await expect(page.getByRole('heading', { level: 1, name: 'Several syncs' })).toBeVisible();
      const listed = await api<{ items: { trigger: string }[] }>(page, 'GET', '/api/sync-events');
      expect(listed.body.items.map((event) => event.trigger)).toEqual(['batch', 'batch']);
      await page.getByRole('link', { name: 'See what happened in Kitchen Radio' }).click();
      await expect(page.getByText('Several at once')).toBeVisible();
    });

    test('nothing ticked starts nothing', async ({ page }) => {
      await tryDemo(page);
      for (const name of ['Kitchen Radio', 'Everything I Ever Liked']) {
        await addChild(page, await linkBase(page, name), `First of ${name}`, first(10));
      }
      await page.goto('/');
      await page.getByRole('button', { name: 'Sync the ticked ones' }).click();
      await expect(page.getByText('Tick the base playlists that shall sync.', { exact: false }).first()).toBeVisible();
    });

    test('an address inside is refused as a webhook, one outside is kept', async ({ page }) => {
      await tryDemo(page);
      await page.goto('/account');
      await page.getByRole('link', { name: /^Notifications/ }).click();
      await page.getByLabel('Address').fill('https://127.0.0.1/hook');
      await page.getByRole('button', { name: 'Save webhook' }).click();
      await expect(page.getByText('not on the public internet', { exact: false }).first()).toBeVisible();
      await page.goto('/notifications');
      await page.getByLabel('Address').fill('https://hooks.mine.org/headwater');
      await page.getByRole('radio', { name: 'Only syncs that failed' }).check();
      await page.getByRole('button', { name: 'Save webhook' }).click();
      await expect(page.getByRole('heading', { name: 'Last messages' })).toBeVisible();
      await page.getByText('Show the secret').click();
      await expect(page.getByText(/^whsec_/)).toBeVisible();
      await page.getByRole('button', { name: 'Remove webhook' }).click();
      await expect(page.getByRole('heading', { name: 'Last messages' })).toHaveCount(0);
    });
  });
}

for (const colorScheme of ['light', 'dark'] as const) {
  for (const width of [1280, 360]) {
    test(`several syncs and notifications are accessible and fit, ${colorScheme}, ${width} px`, async ({ page }) => {
      await syncBoth(page);
      await expect(page.getByText('2 of 2 syncs ended: 2 done')).toBeVisible({ timeout: 60_000 });
      const batch = page.url();
      await api(page, 'PUT', '/api/webhook', { url: 'https://hooks.mine.org/headwater', told: 'ended' });
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 900 });
      for (const [name, address] of [
        ['batch', batch],
        ['home', '/'],
        ['notifications', '/notifications'],
      ]) {
        await page.goto(address);
        await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
        await hydrated(page);
        if (shots) await page.screenshot({ path: `${shots}/${name}-${colorScheme}-${width}.png`, fullPage: true });
        await expectNoSidewaysScroll(page);
        const found = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']).analyze();
        expect(found.violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.target).join(', ')}`)).toEqual([]);
      }
    });
  }
}
