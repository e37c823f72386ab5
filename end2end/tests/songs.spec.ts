import { expect, test } from '@playwright/test';
import { addChild, filter, hydrated, linkBase, tryDemo } from './support';

test('from the base to a song, and why it is in one child and not in another', async ({ page }) => {
  await tryDemo(page);
  const base = await linkBase(page, 'Kitchen Radio');
  await addChild(page, base, 'Early', filter({ field: 'position', op: 'lte', value: 3 }));
  await addChild(page, base, 'Late', filter({ field: 'position', op: 'gte', value: 10 }));
  await page.goto(`/base-playlists/${base}`);
  await hydrated(page);
  await page.getByRole('link', { name: 'Songs, and why each is where it is' }).click();
  await page.getByLabel('Show').selectOption('In no child playlist');
  await page.getByRole('button', { name: 'Show' }).click();
  await expect(page.getByRole('status').filter({ hasText: '6 of 60 rows' })).toBeVisible();
  await page.getByRole('row').filter({ hasText: 'no child' }).first().getByRole('link').click();
  await expect(page.getByText('Row 4 of 60')).toBeVisible();
  await expect(page.getByText('1 row too low down: would match with “position at most 4”')).toBeVisible();
  await page.getByRole('link', { name: 'Row before' }).click();
  await expect(page.getByText('It is in this child: it stands at place 3.')).toBeVisible();
  await expect(page.getByText('It is not in this child: “Position at least 10” is not true of it (3).')).toBeVisible();
});

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'with scripts' : 'without scripts', () => {
    test.use({ javaScriptEnabled });

    test('one song is taken in past the rules, kept out, and left to them again', async ({ page }) => {
      await tryDemo(page);
      const base = await linkBase(page, 'Kitchen Radio');
      await addChild(page, base, 'Early', filter({ field: 'position', op: 'lte', value: 3 }));
      await page.goto(`/base-playlists/${base}/songs/5`);
      if (javaScriptEnabled) await hydrated(page);
      await page.getByRole('button', { name: 'Always have this song in Early' }).click();
      await expect(page.getByText('It is in this child: it is pinned by hand')).toBeVisible();
      await page.getByRole('button', { name: 'Never have this song in Early' }).click();
      await expect(page.getByText('It is not in this child: the song is banned from it by hand.')).toBeVisible();
      await page.getByRole('button', { name: 'Leave it to the rules in Early' }).click();
      await expect(page.getByText('It is not in this child: “Position at most 3” is not true of it (5).')).toBeVisible();
      await expect(page.getByRole('button', { name: 'Always have this song in Early' })).toBeVisible();
    });
  });
}
