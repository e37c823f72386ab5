import AxeBuilder from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import { addChild, api, expectNoSidewaysScroll, filter, hydrated, linkBase, tryDemo } from './support';

/** The editor of a new child, with the songs of the base in the browser. */
async function openEditor(page: import('@playwright/test').Page, base: string) {
  await page.goto(`/base-playlists/${base}/child-playlists/new`);
  await hydrated(page);
}

const live = (page: import('@playwright/test').Page) => page.getByRole('region', { name: 'What flows in' });

test('the effect follows every letter, without a request', async ({ page }) => {
  await tryDemo(page);
  const base = await linkBase(page, 'Kitchen Radio');
  await openEditor(page, base);
  await page.getByLabel('Field of rule 1').selectOption('duration');
  await page.getByLabel('Operator of rule 1').selectOption('lte');
  const requests: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  await page.getByLabel('Value of rule 1').fill('3:00');
  await expect(live(page).getByRole('status')).toContainText(/^\d+ of \d+ songs/);
  const short = await live(page).getByRole('status').textContent();
  await page.getByLabel('Value of rule 1').fill('59:00');
  await expect(live(page)).toContainText('this copy equals the base');
  await page.getByLabel('Value of rule 1').fill('0:01');
  await expect(live(page)).toContainText('a sync would leave the playlist empty');
  expect(requests).toEqual([]);

  // The server says the same.
  await page.getByLabel('Value of rule 1').fill('3:00');
  await expect(live(page).getByRole('status')).toHaveText(short!);
  const said = await api<{ children: { matched: number }[] }>(page, 'POST', `/api/base-playlists/${base}/preview`, {
    filter: filter({ field: 'duration', op: 'lte', value: 180_000 }),
  });
  expect(short).toContain(`${said.body.children[0].matched} of`);
});

test('keyboard only: a rule with two artists by the combobox, saved and synced', async ({ page }) => {
  await tryDemo(page);
  const base = await linkBase(page, 'Kitchen Radio');
  await openEditor(page, base);
  const reach = async (name: RegExp) => {
    for (let step = 0; step < 80; step += 1) {
      const found = await page.evaluate(() => {
        const element = document.activeElement as HTMLElement | null;
        const label = element?.getAttribute('aria-label') ?? (element as HTMLInputElement | null)?.labels?.[0]?.textContent;
        return label ?? element?.textContent ?? '';
      });
      if (name.test(found.trim())) return;
      await page.keyboard.press('Tab');
    }
    throw new Error(`no element ${name} on the way`);
  };
  await reach(/^Name$/);
  await page.keyboard.type('Two artists');
  await reach(/^Value of rule 1$/);
  await expect(page.getByRole('listbox')).toBeVisible();
  await page.keyboard.press('ArrowDown');
  const first = await page.getByRole('option', { selected: true }).locator('span').first().textContent();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: `Remove ${first} from rule 1` })).toBeVisible();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  const second = await page.getByRole('option', { selected: true }).locator('span').first().textContent();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: /^Remove .* from rule 1$/ })).toHaveCount(2);
  expect(second).not.toBe(first);

  // Backspace takes the last chip, typing and Enter bring it back.
  await page.keyboard.press('Backspace');
  await expect(page.getByRole('button', { name: /^Remove .* from rule 1$/ })).toHaveCount(1);
  await page.keyboard.type(second!.toUpperCase());
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: `Remove ${second} from rule 1` })).toBeVisible();
  await expect(page.locator('.sentence-live')).toContainText(first!);
  await expect(page.locator('.sentence-live')).toContainText(second!);
  const count = Number((await live(page).getByRole('status').textContent())!.split(' ')[0]);
  expect(count).toBeGreaterThan(0);

  await reach(/^Save child playlist$/);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: 'Kitchen Radio' })).toBeVisible();
  await hydrated(page);
  await reach(/^Sync now/);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: /^Up to date/ })).toBeVisible();
  const children = await api<{ items: { track_total: number }[] }>(page, 'GET', `/api/base-playlists/${base}/child-playlists`);
  expect(children.body.items[0].track_total).toBe(count);
});

test('lines move, repeat and come back, and the focus stays with them', async ({ page }) => {
  await tryDemo(page);
  await openEditor(page, await linkBase(page, 'Kitchen Radio'));
  await page.getByText('Advanced', { exact: true }).click();
  await page.getByLabel('Field of rule 1').selectOption('release_year');
  await expect(page.getByLabel('Field of rule 1')).toBeFocused();
  await page.getByRole('button', { name: '1990s' }).click();
  await expect(page.getByLabel('Lower end of rule 1')).toHaveValue('1990');
  await expect(page.getByLabel('Upper end of rule 1')).toHaveValue('1999');
  await page.getByRole('button', { name: 'Add rule' }).last().click();
  await expect(page.getByLabel('Field of rule 2')).toBeFocused();
  await page.getByLabel('Field of rule 2').selectOption('explicit');
  await page.getByRole('button', { name: 'Move up line 2' }).click();
  await expect(page.getByRole('button', { name: 'Move up line 1' })).toBeFocused();
  await expect(page.getByLabel('Field of rule 1')).toHaveValue('explicit');
  await page.getByRole('button', { name: 'Remove line 1' }).click();
  await expect(page.getByLabel('Field of rule 2')).toHaveCount(0);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByLabel('Field of rule 1')).toHaveValue('explicit');
  await page.getByRole('button', { name: 'Redo' }).click();
  await expect(page.getByLabel('Field of rule 2')).toHaveCount(0);
  await page.getByRole('button', { name: 'Add group' }).click();
  await expect(page.getByLabel('Field of rule 3')).toBeFocused();
});

test('three views show one filter; JSON is taken over or its faults are named', async ({ page }) => {
  await tryDemo(page);
  const base = await linkBase(page, 'Kitchen Radio');
  const child = await addChild(page, base, 'Nested', {
    ...filter(
      { field: 'release_year', op: 'gte', value: 1980, when_missing: 'yes' },
      { match: 'none', rules: [{ field: 'version_kind', op: 'any_of', value: ['live'] }] },
    ),
    output: { sort: [{ field: 'added_at', dir: 'desc' }], limit: { tracks: 25 }, max_per_artist: 2, dedupe: 'isrc' },
    bans: ['spotify:track:2XU0oxnq2qxCpomAAuJY8K'],
  });
  const stored = async () => (await api<{ filter: unknown }>(page, 'GET', `/api/child-playlists/${child}`)).body.filter;
  const before = await stored();
  await page.goto(`/child-playlists/${child}`);
  await hydrated(page);
  await expect(page.getByLabel('At most').first()).toHaveValue('25');
  await page.getByText('JSON', { exact: true }).click();
  const text = page.getByLabel('The filter as JSON');
  const shown = JSON.parse(await text.inputValue());
  expect(shown.output.limit).toEqual({ tracks: 25 });
  await text.fill(JSON.stringify({ ...shown, rules: [{ field: 'tempo', op: 'gt', value: 1 }] }));
  await expect(page.getByText(/\/rules\/0\/field: .*tempo/)).toBeVisible();
  await text.fill(JSON.stringify({ ...shown, output: { ...shown.output, limit: { minutes: 60 } } }));
  await expect(page.getByLabel('Unit of the limit')).toHaveValue('minutes');
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByLabel('Unit of the limit')).toHaveValue('tracks');
  await page.getByText('Simple', { exact: true }).click();
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Kitchen Radio' })).toBeVisible();
  expect(await stored()).toEqual(before);
});

for (const theme of ['light', 'dark'] as const) {
  for (const width of [1280, 360]) {
    test(`the builder at work is accessible, ${theme}, ${width} px`, async ({ page }) => {
      await page.emulateMedia({ colorScheme: theme });
      await page.setViewportSize({ width, height: 900 });
      await tryDemo(page);
      await openEditor(page, await linkBase(page, 'Kitchen Radio'));
      await page.getByText('Advanced', { exact: true }).click();
      await page.getByLabel('Field of rule 1').selectOption('release_year');
      await page.getByRole('button', { name: '1990s' }).click();
      await page.getByRole('button', { name: 'Add rule' }).last().click();
      await page.getByLabel('Value of rule 2').focus();
      await page.keyboard.press('ArrowDown');
      await expect(page.getByRole('listbox')).toBeVisible();
      if (process.env.SCREENSHOTS) await page.screenshot({ path: `${process.env.SCREENSHOTS}/builder-${theme}-${width}.png`, fullPage: true });
      const found = await new AxeBuilder({ page }).analyze();
      expect(found.violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.target).join(' ')}`)).toEqual([]);
      await expectNoSidewaysScroll(page);
    });
  }
}

test('what other children take first is taken off while typing', async ({ page }) => {
  await tryDemo(page);
  const base = await linkBase(page, 'Kitchen Radio');
  await addChild(page, base, 'Short', filter({ field: 'duration', op: 'lt', value: 200_000 }));
  await api(page, 'POST', `/api/base-playlists/${base}/sync`, undefined, { prefer: 'wait=30' });
  await api(page, 'PATCH', `/api/base-playlists/${base}`, { routing: 'first_match' });
  const rules = filter({ field: 'duration', op: 'lte', value: 240_000 });
  type Said = { children: { matched: number; fingerprint: string }[] };
  const alone = await api<Said>(page, 'POST', `/api/base-playlists/${base}/preview`, { filter: filter({ field: 'duration', op: 'between', value: [200_000, 240_000] }) });

  await openEditor(page, base);
  await page.getByLabel('Field of rule 1').selectOption('duration');
  await page.getByLabel('Operator of rule 1').selectOption('lte');
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  await page.getByLabel('Value of rule 1').fill('4:00');
  const seen = live(page).locator('[data-fingerprint]');
  const server = await api<Said>(page, 'POST', `/api/base-playlists/${base}/preview`, { filter: rules });
  await expect(seen).toHaveAttribute('data-fingerprint', server.body.children[0].fingerprint);
  await expect(seen).toContainText(`${server.body.children[0].matched} of`);
  await expect(live(page)).toContainText('other child playlists take them first');
  expect(asked).toEqual([]);
  expect(server.body.children[0].matched).toBe(alone.body.children[0].matched);
});
