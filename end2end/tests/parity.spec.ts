import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from '@playwright/test';
import { type Servers, signIn, startServers } from './servers';
import { hydrated } from './support';

// Real tracks, where they are at hand.
const catalogue = resolve(__dirname, '../../../shared/catalogue/real-tracks.json');

type Rule = Record<string, unknown>;
const rule = (field: string, op: string, value?: unknown, more: Rule = {}): Rule => ({ field, op, ...(value === undefined ? {} : { value }), ...more });
const group = (match: string, ...rules: Rule[]): Rule => ({ match, rules });
const filter = (match: string, rules: Rule[], more: Rule = {}): Rule => ({ schema_version: 1, match, rules, ...more });

/** Fifty filters over all kinds of fields, operators, nesting and output. */
function filters(): Rule[] {
  const decades = [1950, 1960, 1970, 1980, 1990, 2000, 2010, 2020].map((year) => filter('all', [rule('release_year', 'between', [year, year + 9])]));
  const genres = ['rock', 'pop', 'jazz', 'hip hop', 'metal', 'r&b'].map((genre) =>
    filter('all', [rule('genre', 'any_of', [genre], { item_match: 'has_word' })]));
  const titles = [['contains', 'love'], ['has_word', 'the'], ['starts_with', 'a'], ['ends_with', 'y'], ['not_contains', 'e'], ['equals', 'Hello']].map(
    ([op, value]) => filter('all', [rule('title', op, value)]));
  const numbers = [
    rule('duration', 'lte', 180_000), rule('duration', 'between', [200_000, 240_000]), rule('duration', 'not_between', [100_000, 300_000]),
    rule('popularity', 'gte', 50), rule('popularity', 'lt', 20), rule('artist_popularity', 'gte', 60, { reduce: 'primary' }),
    rule('artist_followers', 'gt', 1_000_000), rule('track_number', 'eq', 1), rule('album_tracks', 'gte', 10), rule('position', 'lte', 100),
  ].map((one) => filter('all', [one]));
  const others = [
    rule('explicit', 'is', true), rule('isrc', 'is_present'), rule('genre', 'is_missing'), rule('genre', 'count', [3, null]),
    rule('artist', 'count', [2, null]), rule('version_kind', 'none_of', ['live', 'remaster']), rule('version_kind', 'any_of', ['remix']),
    rule('album', 'contains', 'greatest'), rule('primary_artist', 'starts_with', 'the '), rule('added_at', 'weekday_is', [6, 7]),
    rule('added_at', 'before', '2020-03'), rule('release_date', 'after', '2005-06-15'), rule('release_date', 'in_last', { n: 300, unit: 'months' }),
    rule('genre', 'none_of', ['pop', 'rock'], { item_match: 'contains' }),
  ].map((one) => filter('any', [one]));
  const output = [
    { sort: [{ field: 'release_date', dir: 'desc' }, { field: 'title' }], limit: { tracks: 100 } },
    { max_per_artist: 1 }, { limit: { minutes: 60 }, sort: [{ field: 'duration' }] }, { dedupe: 'isrc_then_name', max_per_artist: 3 },
  ].map((output) => filter('all', [rule('release_year', 'gte', 1990)], { output }));
  const nested = [
    filter('all', [rule('release_year', 'between', [1970, 1999]), group('any', rule('genre', 'any_of', ['rock'], { item_match: 'has_word' }), rule('popularity', 'gte', 40)), group('none', rule('explicit', 'is', true), rule('title', 'contains', 'remaster'))]),
    filter('none', [rule('duration', 'gt', 300_000), rule('release_year', 'lt', 1980), group('all', rule('explicit', 'is', true), rule('popularity', 'lt', 50))]),
  ];
  return [...decades, ...genres, ...titles, ...numbers, ...others, ...output, ...nested];
}

test.describe('the browser and the server on real tracks', () => {
  test.skip(!existsSync(catalogue), `skipped: ${catalogue} is absent`);
  let servers: Servers;
  test.beforeAll(async () => {
    servers = await startServers(3290, ['--catalogue', catalogue, '--mode', 'extended']);
  });
  test.afterAll(() => servers?.stop());

  test('fifty filters give the same songs in the same order', async ({ page }) => {
    test.setTimeout(180_000);
    const all = filters();
    expect(all).toHaveLength(50);
    await signIn(page, servers.url);
    const fetched = async (method: string, path: string, data?: unknown) =>
      (await page.request.fetch(`${servers.url}${path}`, { method, data: data as object })).json();
    const playlists: { items: { id: string; name: string }[] } = await fetched('GET', '/api/spotify/playlists');
    const everything = playlists.items.find((one) => one.name === 'Everything')!;
    const base: { id: string } = await fetched('POST', '/api/base-playlists', { spotify_playlist_id: everything.id });
    await page.goto(`${servers.url}/base-playlists/${base.id}/child-playlists/new`);
    await hydrated(page);
    await page.getByText('JSON', { exact: true }).click();
    const text = page.getByLabel('The filter as JSON');
    const seen = page.getByRole('region', { name: 'What flows in' }).locator('[data-fingerprint]');
    let told = 0;
    for (const one of all) {
      const server: { children: { fingerprint: string; matched: number; unknown: number }[] } =
        await fetched('POST', `/api/base-playlists/${base.id}/preview`, { filter: one });
      const [child] = server.children;
      expect(child.unknown, JSON.stringify(one)).toBe(0);
      told += child.matched;
      await text.fill(JSON.stringify(one));
      await expect(seen, JSON.stringify(one)).toHaveAttribute('data-fingerprint', child.fingerprint);
      await expect(seen).toContainText(`${child.matched} of 4038`);
    }
    // The filters are about something.
    expect(told).toBeGreaterThan(20_000);
  });
});
