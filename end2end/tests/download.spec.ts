import { expect, test, type Page } from '@playwright/test';
import { addChild, everything, hydrated, linkBase, tryDemo } from './support';

/** The WASM files that a page asked for, by name, and everything that its console complained of. */
function watch(page: Page) {
  const seen = { wasm: [] as string[], complaints: [] as string[] };
  page.on('request', (request) => {
    const file = new URL(request.url()).pathname.split('/').pop()!;
    if (file.endsWith('.wasm')) seen.wasm.push(file);
  });
  page.on('console', (message) => {
    if (message.type() === 'error' || /content security policy/i.test(message.text())) seen.complaints.push(message.text());
  });
  page.on('pageerror', (error) => seen.complaints.push(error.message));
  return seen;
}

test('the code of the editor comes with the editor and not before', async ({ page }) => {
  await tryDemo(page);
  const base = await linkBase(page, 'Everything I Ever Liked');
  const seen = watch(page);
  await page.goto('/');
  await hydrated(page);
  expect(seen.wasm).toContain('headwater.wasm');
  expect(seen.wasm).toContain('split_home.wasm');
  expect(seen.wasm.filter((file) => /^split_(?!home)/.test(file))).toEqual([]);

  await page.getByRole('link', { name: /Add child playlist/ }).first().click();
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await expect.poll(() => seen.wasm).toContain('split_editor.wasm');
  expect(seen.wasm).not.toContain('split_others.wasm');

  seen.wasm.length = 0;
  await page.goto(`/base-playlists/${base}/child-playlists/new`);
  await hydrated(page);
  expect(seen.wasm).toContain('split_editor.wasm');
  expect(seen.wasm).toContain('split_rule_list.wasm');
  // What judges songs comes with the songs.
  await expect.poll(() => seen.wasm).toContain('split_judge.wasm');
  expect(seen.complaints).toEqual([]);
});

test('each page comes to life when it is loaded as a document', async ({ page }) => {
  await tryDemo(page);
  const base = await linkBase(page, 'Everything I Ever Liked');
  const child = await addChild(page, base, 'All', everything);
  const seen = watch(page);
  for (const path of [
    '/', '/history', '/cache', '/insights', '/account', '/access', '/notifications', '/tags', '/playlists', '/privacy', '/setup', `/base-playlists/${base}`,
    `/base-playlists/${base}/child-playlists/new`, `/child-playlists/${child}`,
  ]) {
    await page.goto(path);
    await hydrated(page);
    expect(seen.complaints, path).toEqual([]);
  }
});

test('code that does not come is no dead end', async ({ page }) => {
  await tryDemo(page);
  await page.route('**/split_runs.wasm', (route) => route.abort());
  await hydrated(page);
  await page.getByRole('link', { name: 'History' }).click();
  await expect(page).toHaveURL(/\/history/);
  await expect(page.getByRole('heading', { level: 1, name: 'History' })).toBeVisible();
  // As served: links and forms work without our code.
  await page.getByRole('link', { name: 'Base playlists', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Base playlists' })).toBeVisible();
});
