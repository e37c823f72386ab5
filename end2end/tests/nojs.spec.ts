import { expect, test } from '@playwright/test';
import { tryDemo } from './support';

test.use({ javaScriptEnabled: false });

test('without scripts: create a child with two rules, sync, read the history', async ({ page }) => {
  await tryDemo(page);
  await page.getByRole('link', { name: 'Choose a playlist' }).click();
  await page.getByRole('listitem').filter({ hasText: 'Kitchen Radio' }).getByRole('button').click();
  await expect(page.getByRole('heading', { level: 1, name: 'Kitchen Radio' })).toBeVisible();
  await page.getByRole('link', { name: 'Add child playlist' }).first().click();

  await page.getByLabel('Name', { exact: true }).fill('Two rules');
  await page.getByLabel('Field of rule 1').selectOption('release_year');
  await page.getByRole('button', { name: 'Refresh choices' }).first().click();
  await page.getByLabel('Operator of rule 1').selectOption('between');
  await page.getByRole('button', { name: 'Refresh choices' }).first().click();
  await page.getByLabel('Lower end of rule 1').fill('1970');
  await page.getByLabel('Upper end of rule 1').fill('2026');
  await page.getByRole('button', { name: 'Add rule' }).last().click();
  await page.getByLabel('Field of rule 2').selectOption('explicit');
  await page.getByRole('button', { name: 'Refresh choices' }).last().click();
  await page.getByLabel('Value of rule 2').selectOption('false');
  await expect(page.getByLabel('Name', { exact: true })).toHaveValue('Two rules');
  await page.getByRole('button', { name: 'Save child playlist' }).click();

  // Nothing is saved whose effect was not seen.
  await expect(page.getByText('Nothing is saved yet')).toBeVisible();
  await expect(page.getByRole('region', { name: 'What a sync would change' })).toContainText(/\d+ of \d+ songs match/);
  await page.getByRole('button', { name: 'Save child playlist' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Kitchen Radio' })).toBeVisible();
  await expect(page.getByText('Released 1970 to 2026, not explicit').first()).toBeVisible();
  await page.getByRole('button', { name: /^Sync now/ }).click();
  await expect(async () => {
    await page.goto('/history');
    await expect(page.getByRole('table')).toContainText('Done', { timeout: 500 });
  }).toPass();
  await page.getByRole('table').getByRole('link').first().click();
  await expect(page.getByRole('row', { name: /Two rules/ })).toContainText(/\+\d+/);
});

test('without scripts: a box offers what the songs hold', async ({ page }) => {
  await tryDemo(page);
  await page.getByRole('link', { name: 'Choose a playlist' }).click();
  await page.getByRole('listitem').filter({ hasText: 'Kitchen Radio' }).getByRole('button').click();
  await page.getByRole('link', { name: 'Add child playlist' }).first().click();
  await page.getByLabel('Field of rule 1').selectOption('artist');
  // The songs are on their way since the editor was opened.
  await expect(async () => {
    await page.getByRole('button', { name: 'Refresh choices' }).first().click();
    const box = page.getByLabel('Value of rule 1');
    const list = await box.getAttribute('list');
    const options = page.locator(`datalist#${list} option`);
    expect(await options.count()).toBeGreaterThan(10);
    expect(await options.first().getAttribute('label')).toMatch(/^\d+ songs$/);
  }).toPass();
});
