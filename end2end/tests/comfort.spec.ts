import AxeBuilder from '@axe-core/playwright';
import { expect, request, test } from '@playwright/test';
import { addChild, api, expectNoSidewaysScroll, filter, hydrated, linkBase, tryDemo } from './support';

const shots = process.env.SCREENSHOTS;

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'with scripts' : 'without scripts', () => {
    test.use({ javaScriptEnabled, colorScheme: 'light' });

    test('the colours are chosen, remembered, and given back to the system', async ({ page }) => {
      const ground = () => page.evaluate(() => getComputedStyle(document.documentElement).getPropertyValue('--ground').trim());
      await tryDemo(page);
      const light = await ground();
      await page.goto('/history');
      await page.getByRole('button', { name: 'Dark', exact: true }).click();
      await expect(page).toHaveURL(/\/history$/);
      await expect(page.getByRole('button', { name: 'Dark', exact: true })).toHaveAttribute('aria-pressed', 'true');
      const dark = await ground();
      expect(dark).not.toBe(light);
      // The document itself says it: no page flashes in other colours before a script runs.
      const served = await (await page.request.get('/')).text();
      expect(served).toContain('data-theme="dark"');
      await page.goto('/');
      expect(await ground()).toBe(dark);
      await page.getByRole('button', { name: 'As the system' }).click();
      await expect(page.getByRole('button', { name: 'As the system' })).toHaveAttribute('aria-pressed', 'true');
      expect(await ground()).toBe(light);
    });

    test('a token is made, used by a program, and revoked', async ({ page, baseURL }) => {
      await tryDemo(page);
      await page.goto('/account');
      await page.getByRole('link', { name: 'Where you are signed in, and tokens for your programs' }).click();
      await expect(page.getByText('This one')).toBeVisible();
      await page.getByLabel('What it is for').fill('My script');
      await page.getByRole('button', { name: 'Make token' }).click();
      const shown = await page.getByText(/The token “My script” is shown only now/).first().textContent();
      const token = /hw_[A-Za-z0-9_-]{43}/.exec(shown ?? '')?.[0];
      expect(token).toBeTruthy();
      const program = await request.newContext({ baseURL, extraHTTPHeaders: { authorization: `Bearer ${token}` } });
      expect((await program.get('/api/me')).status()).toBe(200);
      expect((await program.delete('/api/me')).status()).toBe(403);
      await page.goto('/access');
      await expect(page.getByText('The token “My script” is shown only now')).toHaveCount(0);
      await page.getByRole('button', { name: 'Revoke My script' }).click();
      await expect(page.getByText('You have none.')).toBeVisible();
      expect((await program.get('/api/me')).status()).toBe(401);
      await program.dispose();
    });

    test('all data are taken away as a file', async ({ page }) => {
      await tryDemo(page);
      const base = await linkBase(page, 'Kitchen Radio');
      await addChild(page, base, 'First', filter({ field: 'position', op: 'lte', value: 10 }));
      await page.goto('/account');
      const coming = page.waitForEvent('download');
      await page.getByRole('link', { name: 'Download as JSON' }).click();
      expect((await coming).suggestedFilename()).toBe('headwater-export.json');
    });

    test('a song tells when it came', async ({ page }) => {
      await tryDemo(page);
      const base = await linkBase(page, 'Kitchen Radio');
      await addChild(page, base, 'First ten', filter({ field: 'position', op: 'lte', value: 10 }));
      await api(page, 'POST', `/api/base-playlists/${base}/sync`, undefined, { prefer: 'wait=60' });
      await page.goto(`/base-playlists/${base}/songs/3`);
      await expect(page.getByRole('heading', { name: 'When it came and went' })).toBeVisible();
      await expect(page.getByRole('listitem').filter({ hasText: /Came into First ten just now – Fits “/ })).toBeVisible();
    });
  });
}

for (const colorScheme of ['light', 'dark'] as const) {
  for (const width of [1280, 360]) {
    test(`access, account and a song are accessible and fit, ${colorScheme}, ${width} px`, async ({ page }) => {
      await tryDemo(page);
      const base = await linkBase(page, 'Kitchen Radio');
      await addChild(page, base, 'First ten', filter({ field: 'position', op: 'lte', value: 10 }));
      await api(page, 'POST', `/api/base-playlists/${base}/sync`, undefined, { prefer: 'wait=60' });
      await api(page, 'POST', '/api/tokens', { name: 'My script', scopes: ['read', 'sync'] });
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 900 });
      for (const [name, address] of [
        ['access', '/access'],
        ['account', '/account'],
        ['song', `/base-playlists/${base}/songs/3`],
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

test('a browser that may tells of a sync that ended behind other tabs', async ({ page }) => {
  // The browser's own notifications cannot be read; so these stand in for them.
  await page.addInitScript(() => {
    const told: string[] = [];
    class Told {
      static permission = localStorage.getItem('said') ?? 'default';
      static async requestPermission() {
        localStorage.setItem('said', 'granted');
        Told.permission = 'granted';
      }
      constructor(title: string) {
        told.push(title);
      }
    }
    Object.assign(window, { Notification: Told, told, behind: false });
    Object.defineProperty(document, 'hidden', { get: () => (window as unknown as { behind: boolean }).behind });
  });
  await tryDemo(page);
  const base = await linkBase(page, 'Everything I Ever Liked');
  await addChild(page, base, 'First ten', filter({ field: 'position', op: 'lte', value: 10 }));
  await page.goto('/notifications');
  await page.getByRole('button', { name: 'Notify me in this browser' }).click();
  await expect(page.getByText('This browser tells you when a sync has ended', { exact: false })).toBeVisible();
  // Started elsewhere, seen by this page, then nobody looks.
  await api(page, 'POST', `/api/base-playlists/${base}/sync`);
  await page.goto('/history');
  await hydrated(page);
  await page.evaluate(() => Object.assign(window, { behind: true }));
  const told = () => page.evaluate(() => (window as unknown as { told: string[] }).told);
  await expect.poll(told, { timeout: 60_000 }).toEqual(['The sync of Everything I Ever Liked has ended']);
});

test('the page of a sign-in that came to nothing has its style', async ({ page }) => {
  await page.goto('/auth/callback?error=access_denied&state=x');
  await expect(page.getByRole('heading', { level: 1, name: 'Not signed in' })).toBeVisible();
  const rules = await page.evaluate(() => [...document.styleSheets].reduce((sum, sheet) => sum + sheet.cssRules.length, 0));
  expect(rules).toBeGreaterThan(50);
});
