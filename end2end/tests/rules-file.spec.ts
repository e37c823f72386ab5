import AxeBuilder from '@axe-core/playwright';
import { expect, test, type Page } from '@playwright/test';
import { addChild, api, expectNoSidewaysScroll, filter, linkBase, tryDemo } from './support';

const shots = process.env.SCREENSHOTS;
const file = (...children: unknown[]) => JSON.stringify({ headwater: 'rules', schema_version: 1, child_playlists: children });
const short = { name: 'Short', filter: filter({ field: 'duration', op: 'lte', value: 150_000 }, { field: 'explicit', op: 'is', value: false }) };
const unknown = { name: 'Genre', filter: filter({ field: 'gener', op: 'any_of', value: ['rock'] }) };
const clean = { name: 'Clean', filter: filter({ field: 'explicit', op: 'is', value: false }) };

async function children(page: Page, base: string): Promise<string[]> {
  const listed = await api<{ items: { name: string; filter_sentence: string }[] }>(page, 'GET', `/api/base-playlists/${base}/child-playlists`);
  return listed.body.items.map((child) => `${child.name}: ${child.filter_sentence}`);
}

async function withBase(page: Page): Promise<string> {
  await tryDemo(page);
  const base = await linkBase(page, 'Kitchen Radio');
  await addChild(page, base, 'Short', filter({ field: 'duration', op: 'lte', value: 180_000 }));
  return base;
}

async function sound(page: Page, name: string) {
  await expectNoSidewaysScroll(page);
  await expect(page.getByRole('heading', { level: 1 })).toHaveCount(1);
  const found = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']).analyze();
  expect(found.violations.map((v) => `${name}: ${v.id}: ${v.nodes.map((n) => n.target).join(', ')}`)).toEqual([]);
}

const journey = async (page: Page) => {
  const base = await withBase(page);
  await page.goto(`/base-playlists/${base}`);
  await page.getByRole('link', { name: 'Import rules' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Import rules');
  await page.getByLabel('File', { exact: true }).setInputFiles({
    name: 'rules.json', mimeType: 'application/json', buffer: Buffer.from(file(short, unknown)),
  });
  await page.getByRole('button', { name: 'Check' }).click();
  await expect(page.getByText('There is no field "gener". Did you mean "genre"?')).toBeVisible();
  await expect(page.getByText('Child playlist 2, rule 1, field')).toBeVisible();
  await expect(page.getByRole('button', { name: /^Save/ })).toHaveCount(0);
  await sound(page, 'import with a fault');
  expect(await children(page, base)).toEqual(['Short: At most 3:00 long']);

  await page.getByLabel('Or paste its text').fill(file(short, clean));
  await page.getByRole('button', { name: 'Check' }).click();
  const changed = page.getByRole('listitem').filter({ hasText: 'Changes' }).first();
  await expect(changed).toContainText('At most 3:00 long');
  await expect(changed).toContainText('added: Not explicit');
  await expect(changed).toContainText(/songs? of this base match/);
  await sound(page, 'import');
  await page.getByRole('button', { name: 'Save these 2' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Kitchen Radio' })).toBeVisible();
  expect(await children(page, base)).toEqual(['Short: At most 2:30 long, not explicit', 'Clean: Not explicit']);
};

test('import a rule file with one unknown field: the dry run names it, nothing is saved', async ({ page }) => journey(page));

test.describe('without scripts', () => {
  test.use({ javaScriptEnabled: false });
  test('the same import', async ({ page }) => {
    const base = await withBase(page);
    await page.goto(`/base-playlists/${base}/import`);
    await page.getByLabel('Or paste its text').fill(file(short, clean));
    await page.getByRole('button', { name: 'Check' }).click();
    await page.getByRole('button', { name: 'Save these 2' }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'Kitchen Radio' })).toBeVisible();
    expect(await children(page, base)).toHaveLength(2);
  });
});

test('a template opens in the editor with its rules', async ({ page }) => {
  const base = await withBase(page);
  await page.goto(`/base-playlists/${base}`);
  await page.getByRole('link', { name: 'Start from a template' }).click();
  const card = page.getByRole('listitem').filter({ hasText: 'Clean' }).first();
  await expect(card).toContainText(/\d+ of 60 songs/);
  await sound(page, 'templates');
  await card.getByRole('link', { name: /^Use/ }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'New child playlist' })).toBeVisible();
  await expect(page.getByLabel('Name', { exact: true })).toHaveValue('Clean');
  await expect(page.getByText('Not explicit').first()).toBeVisible();
});

for (const colorScheme of ['light', 'dark'] as const) {
  for (const viewport of [{ width: 1280, height: 900 }, { width: 360, height: 740 }]) {
    test.describe(`${colorScheme}, ${viewport.width} px`, () => {
      test.use({ colorScheme, viewport });
      test('import, templates and fields are accessible and fit', async ({ page }) => {
        const base = await withBase(page);
        const look = async (name: string) => {
          await page.waitForLoadState('networkidle');
          if (shots) await page.screenshot({ path: `${shots}/${name}-${colorScheme}-${viewport.width}.png`, fullPage: true });
          await sound(page, name);
        };
        await page.goto(`/base-playlists/${base}`);
        await look('base-links');
        await page.goto(`/base-playlists/${base}/templates`);
        await look('templates');
        await page.goto('/docs/fields');
        await look('fields');
        await page.goto(`/base-playlists/${base}/import`);
        await page.getByLabel('Or paste its text').fill(file(short, clean, unknown));
        await page.getByRole('button', { name: 'Check' }).click();
        await expect(page.getByRole('alert')).toBeVisible();
        await look('import-fault');
        await page.getByLabel('Or paste its text').fill(JSON.stringify({ name: 'Eighties', public: true, all: [{ inTheRange: { year: [1980, 1989] } }] }));
        await page.getByRole('button', { name: 'Check' }).click();
        await expect(page.getByRole('button', { name: 'Save this one' })).toBeVisible();
        await look('import-nsp');
      });
    });
  }
}
