import { expect, type Page } from '@playwright/test';

export type Rule = { field: string; op: string; value?: unknown; item_match?: string };
export const filter = (...rules: unknown[]) => ({ schema_version: 1, match: 'all', rules });
export const everything = { schema_version: 1, match: 'all', rules: [], everything: true };

/** Signs in to a demo account of its own, as a visitor does. */
export async function tryDemo(page: Page) {
  await page.goto('/');
  await page.getByRole('button', { name: 'Try the demo' }).first().click();
  await expect(page.getByRole('heading', { level: 1, name: 'Base playlists' })).toBeVisible();
}

/** The contract, with the page's own session: `Sec-Fetch-Site` is absent, as from any program. */
export async function api<T>(page: Page, method: string, path: string, body?: unknown, headers = {}): Promise<{ status: number; body: T }> {
  const answer = await page.request.fetch(path, {
    method,
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    data: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await answer.text();
  return { status: answer.status(), body: (text ? JSON.parse(text) : null) as T };
}

type Playlist = { id: string; name: string; total: number };

/** Links the demo's playlist of this name as a base; gives its id. */
export async function linkBase(page: Page, name: string): Promise<string> {
  const listed = await api<{ items: Playlist[] }>(page, 'GET', '/api/spotify/playlists');
  const playlist = listed.body.items.find((item) => item.name === name);
  const made = await api<{ id: string }>(page, 'POST', '/api/base-playlists', { spotify_playlist_id: playlist!.id });
  expect(made.status).toBe(201);
  return made.body.id;
}

export async function addChild(page: Page, base: string, name: string, rules: unknown): Promise<string> {
  const made = await api<{ id: string }>(page, 'POST', `/api/base-playlists/${base}/child-playlists`, { name, filter: rules });
  expect(made.status).toBe(201);
  return made.body.id;
}

/** A page is live once its script has taken over; before that, forms work without it. */
export async function hydrated(page: Page) {
  await page.waitForSelector('html[data-hydrated]', { state: 'attached' });
}

/** Nothing may stick out sideways. */
export async function expectNoSidewaysScroll(page: Page) {
  const wider = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(wider).toBeLessThanOrEqual(0);
}
