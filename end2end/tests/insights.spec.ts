import AxeBuilder from '@axe-core/playwright';
import { expect, type Page, test } from '@playwright/test';
import { addChild, api, expectNoSidewaysScroll, filter, hydrated, linkBase, tryDemo } from './support';

const shots = process.env.SCREENSHOTS;

const first = (most: number) => filter({ field: 'position', op: 'lte', value: most });

async function sync(page: Page, base: string) {
  const ended = await api<{ status: string }>(page, 'POST', `/api/base-playlists/${base}/sync`, undefined, { prefer: 'wait=60' });
  expect(ended.body.status).toBe('completed');
}

/** A base with two children and three syncs, one of which changes nothing. */
async function threeSyncs(page: Page): Promise<string> {
  await tryDemo(page);
  const base = await linkBase(page, 'Kitchen Radio');
  const child = await addChild(page, base, 'First ten', first(10));
  await addChild(page, base, 'First thirty', first(30));
  await sync(page, base);
  await sync(page, base);
  const changed = await api(page, 'PATCH', `/api/child-playlists/${child}`, { filter: first(7) });
  expect(changed.status).toBe(200);
  await sync(page, base);
  return base;
}

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'with scripts' : 'without scripts', () => {
    test.use({ javaScriptEnabled });

    test('figures of the last days, and the strip of a base', async ({ page }) => {
      const base = await threeSyncs(page);
      await page.goto(`/base-playlists/${base}`);
      await expect(page.getByText('3 syncs, the newest last: 3 done.')).toBeVisible();
      await expect(page.getByRole('link', { name: /^Done, / })).toHaveCount(3);
      await page.goto('/history');
      await page.getByRole('link', { name: 'Insights' }).click();
      await expect(page.getByText('3, 3 of them done')).toBeVisible();
      const grown = page.getByRole('row', { name: /^First ten/ });
      for (const cell of ['0', '+10', '−3', '7']) {
        await expect(grown.getByRole('cell', { name: cell, exact: true })).toBeVisible();
      }
      await page.getByLabel('From').fill('2020-01-01');
      await page.getByLabel('To').fill('2020-01-31');
      await page.getByRole('button', { name: 'Show' }).click();
      await expect(page.getByText('No sync ended in these days.', { exact: false })).toBeVisible();
    });

    test('the history is narrowed to days', async ({ page }) => {
      await threeSyncs(page);
      await page.goto('/history');
      await expect(page.getByRole('row')).toHaveCount(4);
      await page.getByLabel('To').fill('2020-01-31');
      await page.getByRole('button', { name: 'Show' }).click();
      await expect(page.getByText('No sync is of this kind.')).toBeVisible();
      await page.getByLabel('To').fill('');
      await page.getByLabel('From').fill('2020-01-31');
      await page.getByRole('button', { name: 'Show' }).click();
      await expect(page.getByRole('row')).toHaveCount(4);
    });
  });
}

test('the pictures show the numbers of their tables', async ({ page }) => {
  await threeSyncs(page);
  await page.goto('/insights');
  for (const name of ['How syncs ended', 'Requests, and what the cache saved']) {
    const panel = page.getByRole('region', { name });
    const cells = await panel.locator('tbody td').allTextContents();
    const drawn = await panel.locator('.columns-picture rect').evaluateAll((blocks) =>
      blocks.map((block) => ({ value: Number(block.getAttribute('data-value')), height: Number(block.getAttribute('height')) })),
    );
    const top = Number(await panel.locator('.columns-top').textContent());
    const numbers = cells.map(Number).filter((number) => number > 0);
    expect(numbers.length).toBeGreaterThan(0);
    expect(drawn.map((block) => block.value).sort()).toEqual(numbers.sort());
    for (const block of drawn) expect(block.height).toBeCloseTo((block.value * 100) / top, 2);
  }
});

for (const colorScheme of ['light', 'dark'] as const) {
  for (const width of [1280, 360]) {
    test(`insights, history and strip are accessible and fit, ${colorScheme}, ${width} px`, async ({ page }) => {
      const base = await threeSyncs(page);
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 900 });
      for (const [name, address] of [
        ['insights', '/insights'],
        ['history', '/history'],
        ['strip', `/base-playlists/${base}`],
      ]) {
        await page.goto(address);
        await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
        await hydrated(page);
        for (const summary of await page.locator('.twin summary').all()) await summary.click();
        if (shots) await page.screenshot({ path: `${shots}/${name}-${colorScheme}-${width}.png`, fullPage: true });
        await expectNoSidewaysScroll(page);
        const found = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']).analyze();
        expect(found.violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.target).join(', ')}`)).toEqual([]);
      }
    });
  }
}
