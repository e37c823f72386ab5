import { expect, test } from '@playwright/test';
import { addChild, api, everything, filter, hydrated, linkBase, tryDemo } from './support';

test('demo, no account: choose a base, add a child, sync it, see what changed', async ({ page }) => {
  await tryDemo(page);
  await page.getByRole('link', { name: 'Choose a playlist' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Choose a base playlist');
  await page.getByRole('listitem').filter({ hasText: 'Kitchen Radio' }).getByRole('button').click();
  await expect(page.getByRole('heading', { level: 1, name: 'Kitchen Radio' })).toBeVisible();

  await page.getByRole('link', { name: 'Add child playlist' }).first().click();
  await expect(page.getByRole('heading', { level: 1, name: 'New child playlist' })).toBeVisible();
  await hydrated(page);
  await page.getByLabel('Name', { exact: true }).fill('Under three minutes');
  await page.getByLabel('Field of rule 1').selectOption('duration');
  await page.getByLabel('Operator of rule 1').selectOption('lte');
  await page.getByLabel('Value of rule 1').fill('3:00');
  await expect(page.getByText('At most 3:00 long')).toBeVisible();
  await page.getByRole('button', { name: 'Preview changes' }).click();
  const preview = page.getByRole('region', { name: 'What a sync would change' });
  await expect(preview).toContainText(/\d+ (of 60|songs?)/);
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Kitchen Radio' })).toBeVisible();
  await expect(page.getByText('Under three minutes').first()).toBeVisible();

  await hydrated(page);
  await page.getByRole('button', { name: /^Sync now/ }).click();
  await expect(page.getByRole('button', { name: /^Up to date/ })).toBeVisible();

  await page.getByRole('link', { name: 'History' }).first().click();
  await expect(page.getByRole('heading', { level: 1, name: 'History' })).toBeVisible();
  await page.getByRole('table').getByRole('link').first().click();
  await expect(page.getByRole('heading', { level: 1, name: 'Sync of Kitchen Radio' })).toBeVisible();
  const events = await api<{ items: { children: { added: number; matched: number }[]; status: string }[] }>(page, 'GET', '/api/sync-events');
  const [event] = events.body.items;
  expect(event.status).toBe('completed');
  expect(event.children[0].added).toBeGreaterThan(0);
  await expect(page.getByRole('row', { name: /Under three minutes/ })).toContainText(`+${event.children[0].added}`);
});

test('a fault in a rule is shown at the rule and nothing is saved', async ({ page }) => {
  await tryDemo(page);
  const base = await linkBase(page, 'Kitchen Radio');
  await page.goto(`/base-playlists/${base}/child-playlists/new`);
  await hydrated(page);
  await page.getByLabel('Name', { exact: true }).fill('Reversed');
  await page.getByLabel('Field of rule 1').selectOption('release_year');
  await page.getByLabel('Operator of rule 1').selectOption('between');
  await page.getByLabel('Lower end of rule 1').fill('1999');
  await page.getByLabel('Upper end of rule 1').fill('1990');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText(/the lower one first/i).first()).toBeVisible();
  const children = await api<{ items: unknown[] }>(page, 'GET', `/api/base-playlists/${base}/child-playlists`);
  expect(children.body.items).toHaveLength(0);
});

test('signing out ends the session', async ({ page }) => {
  await tryDemo(page);
  await page.goto('/account');
  await page.getByRole('button', { name: /sign out/i }).click();
  await expect(page.getByRole('button', { name: 'Try the demo' }).first()).toBeVisible();
  expect((await api(page, 'GET', '/api/me')).status).toBe(401);
});

test('what a child held decides what a later sync changes', async ({ page }) => {
  await tryDemo(page);
  const base = await linkBase(page, 'Kitchen Radio');
  const child = await addChild(page, base, 'All', everything);
  await api(page, 'POST', `/api/base-playlists/${base}/sync`, undefined, { prefer: 'wait=30' });
  await api(page, 'PATCH', `/api/child-playlists/${child}`, { filter: filter({ field: 'position', op: 'lte', value: 10 }) });
  const run = await api<{ children: { removed: number; kept: number }[]; id: string }>(
    page, 'POST', `/api/base-playlists/${base}/sync`, undefined, { prefer: 'wait=30' },
  );
  expect(run.body.children[0]).toMatchObject({ kept: 10, removed: 50 });
  await page.goto(`/history/${run.body.id}`);
  await expect(page.getByRole('row', { name: /All/ })).toContainText('−50');
});
