import AxeBuilder from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import { addChild, api, expectNoSidewaysScroll, filter, linkBase, tryDemo } from './support';

const sizes = [{ width: 1280, height: 900 }, { width: 360, height: 740 }];
const shots = process.env.SCREENSHOTS;

for (const colorScheme of ['light', 'dark'] as const) {
  for (const viewport of sizes) {
    test.describe(`${colorScheme}, ${viewport.width} px`, () => {
      test.use({ colorScheme, viewport });

      test('every page is accessible and fits', async ({ page }) => {
        test.setTimeout(180_000);
        const look = async (name: string, path: string) => {
          await page.goto(path);
          await page.waitForLoadState('networkidle');
          if (shots) await page.screenshot({ path: `${shots}/${name}-${colorScheme}-${viewport.width}.png`, fullPage: true });
          await expectNoSidewaysScroll(page);
          await expect(page.getByRole('heading', { level: 1 })).toHaveCount(1);
          // A bar that sticks to the bottom covers what one can scroll past; the whole page is judged at once.
          const height = await page.evaluate(() => document.documentElement.scrollHeight);
          await page.setViewportSize({ width: viewport.width, height: Math.max(height, viewport.height) });
          const found = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']).analyze();
          expect(found.violations.map((v) => `${name}: ${v.id}: ${v.nodes.map((n) => n.target).join(', ')}`)).toEqual([]);
          await page.setViewportSize(viewport);
        };
        await look('landing', '/');
        await look('setup', '/setup');
        await look('privacy', '/privacy');
        await look('missing', '/nothing-here');
        await tryDemo(page);
        await look('empty', '/');
        await look('playlists', '/playlists');
        const base = await linkBase(page, 'Road Trips & Rainy Days');
        await look('base-empty', `/base-playlists/${base}`);
        const rock = await addChild(page, base, 'Nineties rock', filter(
          { field: 'release_year', op: 'between', value: [1990, 1999] },
          { match: 'any', rules: [{ field: 'genre', op: 'any_of', value: ['rock'], item_match: 'has_word' }, { field: 'explicit', op: 'is', value: true }] },
        ));
        await addChild(page, base, 'Clean and short', filter({ field: 'explicit', op: 'is', value: false }, { field: 'duration', op: 'lte', value: 180000 }));
        const run = await api<{ id: string }>(page, 'POST', `/api/base-playlists/${base}/sync`, undefined, { prefer: 'wait=60' });
        await look('dashboard', '/');
        await look('base', `/base-playlists/${base}`);
        await look('songs', `/base-playlists/${base}/songs`);
        await look('song', `/base-playlists/${base}/songs/12`);
        await look('editor-new', `/base-playlists/${base}/child-playlists/new`);
        await look('editor', `/child-playlists/${rock}`);
        await look('history', '/history');
        await look('run', `/history/${run.body.id}`);
        await look('account', '/account');
        await look('cache', '/cache');
      });
    });
  }
}
