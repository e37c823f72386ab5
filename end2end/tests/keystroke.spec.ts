import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { startServers, signIn } from './servers';
import { hydrated } from './support';

// A measurement, not a test: scripts/keystroke prints it.
test.skip(!process.env.MEASURE, 'a measurement: run scripts/keystroke');

const SONGS = 10_000;
const KEYSTROKES = 60;

/** Invented songs: many artists, accents, genres, years. */
function catalogue(): string {
  const words = ['Love', 'Night', 'Über', 'Café', 'River', 'Señor', 'Blue', 'Dance', 'Ghost', 'Morning', 'Fire', 'Łódź'];
  const genres = ['rock', 'indie rock', 'pop', 'hip hop', 'jazz', 'soul', 'techno', 'folk'];
  const id = (kind: string, n: number) => `${kind}${String(n).padStart(22 - kind.length, '0')}`;
  const artists = Array.from({ length: 1_500 }, (_, n) => ({
    id: id('a', n), name: `${words[n % 12]} ${words[(n * 7) % 12]} ${n}`, genres: [genres[n % 8], genres[(n * 3) % 8]], popularity: n % 100, followers: n * 997,
  }));
  const albums = Array.from({ length: 3_000 }, (_, n) => ({
    id: id('b', n), name: `${words[(n * 5) % 12]} album ${n}`, release_date: `${1955 + (n % 70)}-0${1 + (n % 9)}-1${n % 9}`, release_date_precision: 'day', artist_ids: [artists[n % 1_500].id],
  }));
  const tracks = Array.from({ length: SONGS }, (_, n) => ({
    id: id('t', n), name: `${words[n % 12]} ${words[(n * 11) % 12]} ${words[(n * 5) % 12]} ${n}${n % 9 ? '' : ' - Live'}`,
    artist_ids: [artists[n % 1_500].id], album_id: albums[n % 3_000].id, popularity: n % 101, duration_ms: 90_000 + ((n * 7_919) % 300_000), explicit: n % 5 === 0,
  }));
  const file = join(mkdtempSync(join(tmpdir(), 'headwater-keystroke-')), 'catalogue.json');
  writeFileSync(file, JSON.stringify({ tracks, artists, albums }));
  return file;
}

test('a keystroke on ten thousand songs', async ({ page }) => {
  test.setTimeout(180_000);
  const servers = await startServers(3390, ['--catalogue', catalogue(), '--mode', 'extended']);
  try {
    await signIn(page, servers.url);
    const fetched = async (method: string, path: string, data?: unknown) =>
      (await page.request.fetch(`${servers.url}${path}`, { method, data: data as object })).json();
    const playlists: { items: { id: string; name: string }[] } = await fetched('GET', '/api/spotify/playlists');
    const base: { id: string } = await fetched('POST', '/api/base-playlists', { spotify_playlist_id: playlists.items.find((one) => one.name === 'Everything')!.id });
    let transferred = 0;
    const session = await page.context().newCDPSession(page);
    await session.send('Network.enable');
    const sizes = new Map<string, boolean>();
    session.on('Network.responseReceived', (event) => sizes.set(event.requestId, event.response.url.includes('/tracks')));
    session.on('Network.loadingFinished', (event) => { if (sizes.get(event.requestId)) transferred += event.encodedDataLength; });
    await page.goto(`${servers.url}/base-playlists/${base.id}/child-playlists/new`);
    await hydrated(page);
    await page.getByText('JSON', { exact: true }).click();
    const rules = [
      { field: 'title', op: 'contains', value: ['a'] }, { field: 'artist', op: 'none_of', value: ['love'], item_match: 'contains' },
      { field: 'release_year', op: 'between', value: [1960, 2024] }, { field: 'duration', op: 'lte', value: 380_000 },
      { field: 'genre', op: 'any_of', value: ['rock', 'pop', 'soul'], item_match: 'has_word' }, { field: 'explicit', op: 'is', value: false },
      { field: 'popularity', op: 'gte', value: 5 }, { field: 'album', op: 'not_contains', value: ['zzz'] },
      { field: 'version_kind', op: 'none_of', value: ['karaoke'] }, { field: 'added_at', op: 'after', value: '2019' },
    ];
    await page.getByLabel('The filter as JSON').fill(JSON.stringify({ schema_version: 1, match: 'all', rules }));
    await page.getByText('Advanced', { exact: true }).click();
    const status = page.getByRole('region', { name: 'What flows in' }).getByRole('status');
    await expect(status).toContainText(`of ${SONGS}`);
    const times: { handler: number; shown: number }[] = await page.evaluate(async (count) => {
      const box = document.querySelector<HTMLInputElement>('#row-0-value')!;
      const panel = document.querySelector('section.live')!;
      const found: { handler: number; shown: number }[] = [];
      for (let n = 0; n < count; n += 1) {
        await new Promise(requestAnimationFrame);
        const shown = new Promise<number>((done) => {
          const observer = new MutationObserver(() => { observer.disconnect(); done(performance.now()); });
          observer.observe(panel, { childList: true, subtree: true, characterData: true, attributes: true });
        });
        box.value = n % 2 ? 'lo' : 'lov';
        const begun = performance.now();
        box.dispatchEvent(new InputEvent('input', { bubbles: true }));
        const handled = performance.now();
        found.push({ handler: handled - begun, shown: (await shown) - begun });
      }
      return found;
    }, KEYSTROKES);
    const shown = times.map((one) => one.shown).sort((a, b) => a - b);
    const at = (share: number) => shown[Math.min(shown.length - 1, Math.floor(shown.length * share))].toFixed(1);
    console.log(`keystroke to changed preview, ${SONGS} songs, ${rules.length} rules, ${KEYSTROKES} keystrokes: median ${at(0.5)} ms, 95 % ${at(0.95)} ms, worst ${at(1)} ms (goal: median at most 16 ms)`);
    console.log(`songs transferred: ${(transferred / 1e6).toFixed(2)} MB (goal: at most 4 MB)`);
  } finally {
    servers.stop();
  }
});
