import AxeBuilder from '@axe-core/playwright';
import { expect, type Page, test } from '@playwright/test';
import { addChild, api, everything, expectNoSidewaysScroll, linkBase, tryDemo } from './support';

const shots = process.env.SCREENSHOTS;

async function chooseSundays(page: Page, base: string) {
  await page.goto(`/base-playlists/${base}`);
  await page.getByRole('link', { name: 'Let it sync by itself' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'When it syncs by itself' })).toBeVisible();
  await page.getByRole('radio', { name: 'Every week' }).check();
  await page.getByLabel('Time', { exact: true }).fill('04:30');
  await page.getByLabel('Day', { exact: true }).selectOption('Sunday');
  await page.getByLabel('Time zone').fill('Europe/Berlin');
  await page.getByLabel('From', { exact: true }).fill('22:00');
  await page.getByLabel('To', { exact: true }).fill('06:30');
  await page.getByRole('button', { name: 'Save schedule' }).click();
  await expect(page.getByText('Syncs by itself every Sunday at 04:30, not from 22:00 to 06:30, Europe/Berlin; next in')).toBeVisible();
  const shown = await api<{ schedule: { cron: string; next_run_at: string } }>(page, 'GET', `/api/base-playlists/${base}`);
  expect(shown.body.schedule.cron).toBe('30 4 * * 0');
  expect(Date.parse(shown.body.schedule.next_run_at)).toBeGreaterThan(Date.now());
}

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'with scripts' : 'without scripts', () => {
    test.use({ javaScriptEnabled });
    test('a base is told to sync every Sunday, and to stop that', async ({ page }) => {
      await tryDemo(page);
      const base = await linkBase(page, 'Kitchen Radio');
      await addChild(page, base, 'All', everything);
      await chooseSundays(page, base);
      await page.getByRole('link', { name: 'Change when it syncs' }).click();
      await expect(page.getByRole('radio', { name: 'Every week' })).toBeChecked();
      await expect(page.getByLabel('Day', { exact: true })).toHaveValue('0');
      await page.getByRole('radio', { name: 'Never' }).check();
      await page.getByRole('button', { name: 'Save schedule' }).click();
      await expect(page.getByRole('link', { name: 'Let it sync by itself' })).toBeVisible();
      await expect(page.getByText('Syncs by itself')).toHaveCount(0);
    });

    test('a base is told to sync when something has changed', async ({ page }) => {
      await tryDemo(page);
      const base = await linkBase(page, 'Kitchen Radio');
      await page.goto(`/base-playlists/${base}/schedule`);
      await page.getByRole('radio', { name: /^When something has changed/ }).check();
      await page.getByRole('button', { name: 'Save schedule' }).click();
      await expect(page.getByText(/^Syncs by itself when something has changed, looked for every 15 minutes, /)).toBeVisible();
      const shown = await api<{ schedule: { cron: string; only_if_changed: boolean } }>(page, 'GET', `/api/base-playlists/${base}`);
      expect(shown.body.schedule).toMatchObject({ cron: '*/15 * * * *', only_if_changed: true });
      await page.getByRole('link', { name: 'Change when it syncs' }).click();
      await expect(page.getByRole('radio', { name: /^When something has changed/ })).toBeChecked();
    });

    test('an expression that cannot be read is refused in words', async ({ page }) => {
      await tryDemo(page);
      const base = await linkBase(page, 'Kitchen Radio');
      await page.goto(`/base-playlists/${base}/schedule`);
      await page.getByRole('radio', { name: 'As this cron expression says' }).check();
      await page.getByLabel('Cron expression', { exact: true }).fill('often');
      await page.getByRole('button', { name: 'Save schedule' }).click();
      await expect(page.getByText('The schedule was not saved')).toBeVisible();
      const shown = await api<{ schedule: unknown }>(page, 'GET', `/api/base-playlists/${base}`);
      expect(shown.body.schedule).toBeNull();
    });
  });
}

for (const colorScheme of ['light', 'dark'] as const) {
  for (const width of [1280, 360]) {
    test(`the page of a schedule is accessible and fits, ${colorScheme}, ${width} px`, async ({ page }) => {
      await tryDemo(page);
      const base = await linkBase(page, 'Kitchen Radio');
      await chooseSundays(page, base);
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 900 });
      for (const address of [`/base-playlists/${base}/schedule`, `/base-playlists/${base}`]) {
        await page.goto(address);
        await expect(page.getByText('Syncs by itself every Sunday')).toBeVisible();
        if (shots) await page.screenshot({ path: `${shots}/schedule-${address.length}-${colorScheme}-${width}.png`, fullPage: true });
        await expectNoSidewaysScroll(page);
        const found = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']).analyze();
        expect(found.violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.target).join(', ')}`)).toEqual([]);
      }
    });
  }
}
