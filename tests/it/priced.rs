//! The base of the cost table: songs with an artist each, shared out evenly among five children, the last of which asks
//! for a genre where the case says so. For the tests and for `cargo make cost`.

use super::world::{World, world_of};
use headwater::domain::sync::plan::Cost;
use headwater::simulator::catalogue::Catalogue;
use headwater::simulator::config::{Mode, SimulatorConfig, WithheldGenres};
use headwater::simulator::journal::RecordedRequest;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::runtime::Handle;

/// A word in the titles of each child's songs.
const WORDS: [&str; 5] = ["alfa", "bravo", "charlie", "delta", "echo"];
const POLL: Duration = Duration::from_millis(20);

/// What of the artists plays a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Genres {
    NoRule,
    Delivered,
    Withheld,
}

/// A base and its children.
pub struct Priced {
    pub world: World,
    pub base: String,
    pub size: usize,
    pub lists: Vec<String>,
    /// The base's playlist.
    pub list: String,
    songs: Vec<String>,
}

impl Priced {
    /// Nothing synced yet; with `known_artists`, another base made the cache know the artists of so many songs.
    pub async fn new(size: usize, mode: Mode, genres: Genres, known_artists: usize) -> Self {
        Self::on(&Handle::current(), size, mode, genres, known_artists).await
    }

    /// The same with a Spotify that answers in this runtime.
    pub async fn on(runtime: &Handle, size: usize, mode: Mode, genres: Genres, known_artists: usize) -> Self {
        let withheld_genres = if genres == Genres::Withheld { WithheldGenres::Absent } else { WithheldGenres::Never };
        let catalogue = catalogue(size);
        let songs: Vec<String> = catalogue.tracks().iter().map(|track| track.uri.to_string()).collect();
        let spotify = SimulatorConfig { mode, catalogue, withheld_genres, ..SimulatorConfig::default() };
        let world = world_of(spotify, runtime).await;
        if known_artists > 0 {
            let list = world.simulator.create_playlist(&world.user, "Known", &songs[..known_artists]).unwrap();
            let base = world.browser.link(&list).await;
            world.browser.child(&base, "Rock", rock()).await;
            sync(&world, &base).await;
        }
        let list = world.simulator.create_playlist(&world.user, "Own", &songs[..size]).unwrap();
        let base = world.browser.link(&list).await;
        let mut priced = Self { world, base, size, lists: Vec::new(), list, songs };
        for word in WORDS {
            let by_genre = word == "echo" && genres != Genres::NoRule;
            let rule = if by_genre { rock() } else { json!({"field": "title", "op": "contains", "value": word}) };
            let (_, list) = priced.world.browser.child(&priced.base, word, rule).await;
            priced.lists.push(list);
        }
        priced.world.simulator.journal().clear();
        priced
    }

    /// One song in a hundred goes, evenly from all children, another comes at the base's end.
    pub fn change(&self) {
        let (block, gone) = (self.size / 5, (self.size / 500).max(1));
        for child in (0..5).rev() {
            self.world.simulator.remove_rows(&self.list, child * block..child * block + gone).unwrap();
        }
        self.world.simulator.add_rows(&self.list, None, &self.songs[self.size..self.size + 5 * gone]).unwrap();
    }

    /// Runs to the end; gives the record and what the simulator counted, by kind.
    pub async fn sync(&self) -> (Value, Cost) {
        self.world.simulator.journal().clear();
        let run = sync(&self.world, &self.base).await;
        (run, counted(&self.list, &self.world.simulator.journal().requests()))
    }

    pub async fn preview(&self) -> Value {
        let path = format!("/api/base-playlists/{}/preview", self.base);
        let (status, preview) = self.world.browser.api(Method::POST, &path, Some(json!({}))).await;
        assert_eq!(status, StatusCode::OK, "{preview}");
        preview
    }
}

fn rock() -> Value {
    json!({"field": "genre", "op": "any_of", "value": ["rock"]})
}

/// Starts a sync and waits for its end, however long that takes.
async fn sync(world: &World, base: &str) -> Value {
    let (_, mut run) = world.browser.api(Method::POST, &format!("/api/base-playlists/{base}/sync"), None).await;
    let path = format!("/api/sync-events/{}", run["id"].as_str().unwrap());
    while run["status"] == "in_progress" {
        tokio::time::sleep(POLL).await;
        run = world.browser.api(Method::GET, &path, None).await.1;
    }
    run
}

/// Requests to the Web API by kind.
fn counted(base: &str, requests: &[RecordedRequest]) -> Cost {
    let mut cost = Cost::default();
    for request in requests.iter().filter(|request| request.is_web_api()) {
        let count = match (request.method.as_str(), request.path.trim_start_matches("/v1/")) {
            ("GET", "me/playlists") => &mut cost.snapshots,
            ("GET", path) if path.starts_with("artists") => &mut cost.artists,
            ("GET", path) if path.contains(base) && path.ends_with("/items") => &mut cost.base_pages,
            ("GET", path) if path.ends_with("/items") => &mut cost.child_reads,
            ("GET", path) if path.starts_with("playlists/") => &mut cost.snapshots,
            ("GET", _) => &mut cost.lookups,
            _ => &mut cost.writes,
        };
        *count += 1;
    }
    cost
}

/// Songs enough for the base and for what comes later.
fn catalogue(size: usize) -> Catalogue {
    let len = size + (size / 100).max(5);
    let id = |kind: &str, number: usize| format!("{kind:0<4}{number:018}");
    let word = |number: usize| if number < size { number * 5 / size } else { (number - size) % 5 };
    let tracks: Vec<Value> = (0..len)
        .map(|number| {
            json!({"id": id("4trk", number), "name": format!("Song {number} {}", WORDS[word(number)]),
                "artist_ids": [id("4art", number)], "album_id": id("4alb", number / 10), "popularity": 50,
                "duration_ms": 180_000 + number, "explicit": false})
        })
        .collect();
    let artists: Vec<Value> = (0..len)
        .map(|number| {
            let genre = if word(number) == 4 { "rock" } else { "jazz" };
            json!({"id": id("4art", number), "name": format!("Artist {number}"), "genres": [genre], "popularity": 50,
                "followers": 1_000})
        })
        .collect();
    let albums: Vec<Value> = (0..=len / 10)
        .map(|number| {
            json!({"id": id("4alb", number), "name": format!("Album {number}"), "release_date": "1999-05-01",
                "release_date_precision": "day", "artist_ids": []})
        })
        .collect();
    let file = json!({"tracks": tracks, "artists": artists, "albums": albums});
    Catalogue::from_json(&file.to_string()).unwrap()
}
