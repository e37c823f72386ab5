//! Invented artists, albums and songs.

use super::names::{SCENES, Scene, Script, words};
use super::{Album, AlbumType, Artist, Track};
use crate::simulator::ids::id_of;
use fastrand::Rng;
use std::sync::Arc;

/// What has been invented so far, with the numbers that ids are made of.
pub(super) struct Inventor {
    rng: Rng,
    albums: u64,
    pub tracks: Vec<Arc<Track>>,
}

/// An artist with the scene it plays in.
pub(super) struct Invented {
    pub artist: Arc<Artist>,
    pub scene: &'static Scene,
}

const LABELS: &[&str] = &["Lantern House", "Third Rail", "Meridian", "Small Hours", "Tern & Sons", "Fjordlys", "Kiosk"];
const VERSIONS: &[&str] = &["Live", "Acoustic", "Radio Edit", "Demo", "Live at the Harbour"];
const LAST_YEAR: u16 = 2026;

impl Inventor {
    pub fn new(seed: u64) -> Self {
        Self { rng: Rng::with_seed(seed), albums: 0, tracks: Vec::new() }
    }

    /// Artists over all scenes; every second one comes from the English half.
    pub fn artists(&mut self, count: usize) -> Vec<Invented> {
        let english: Vec<&'static Scene> = SCENES.iter().filter(|scene| scene.script == Script::English).collect();
        let mut names = std::collections::HashSet::new();
        (0..count)
            .map(|number| {
                let scene = if self.rng.bool() {
                    english[self.rng.usize(..english.len())]
                } else {
                    &SCENES[number % SCENES.len()]
                };
                let name = self.artist_name(scene.script, &mut names);
                Invented { artist: Arc::new(self.artist(number as u64, name, scene)), scene }
            })
            .collect()
    }

    fn artist_name(&mut self, script: Script, taken: &mut std::collections::HashSet<String>) -> String {
        loop {
            let name = match (self.two_words(script), script, self.rng.u8(..5)) {
                (name, Script::English, 0) => format!("The {name}"),
                (name, Script::English, 1) => format!("{name} & Co."),
                (name, _, 2) if taken.contains(&name) => format!("{name} {}", self.rng.u8(2..99)),
                (name, _, _) => name,
            };
            if taken.insert(name.clone()) {
                return name;
            }
        }
    }

    fn artist(&mut self, number: u64, name: String, scene: &Scene) -> Artist {
        // Many small acts, few stars.
        let popularity = u8::try_from(self.rng.u32(..100) * self.rng.u32(20..100) / 100).unwrap_or(0);
        let first = self.rng.usize(..scene.genres.len());
        let wanted = self.rng.usize(..=scene.genres.len());
        let genres = (0..wanted).map(|at| scene.genres[(first + at) % scene.genres.len()].to_owned()).collect();
        let followers = 40 + u64::from(popularity).pow(3) * self.rng.u64(1..20);
        Artist { id: id_of("artist", number), name, genres, popularity, followers }
    }

    /// One release of an artist; guests are drawn from everyone.
    pub fn release(&mut self, who: &Invented, everyone: &[Invented]) {
        let (first, last) = who.scene.years;
        let year = self.rng.u16(first..=last.min(LAST_YEAR));
        match self.rng.u8(..10) {
            0..=2 => self.single(who, everyone, year),
            3 => self.remaster(who, everyone, year),
            _ => {
                let size = self.rng.usize(7..14);
                let name = self.title(who.scene.script);
                self.album(who, everyone, year, AlbumType::Album, &name, size);
            }
        }
    }

    /// A single, half the time again on an album: the same recording under another id, with the same ISRC.
    fn single(&mut self, who: &Invented, everyone: &[Invented], year: u16) {
        let name = self.title(who.scene.script);
        let at = self.tracks.len();
        self.album(who, everyone, year, AlbumType::Single, &name, 1);
        if self.rng.bool() {
            return;
        }
        let single = Arc::clone(&self.tracks[at]);
        let name = self.title(who.scene.script);
        let album_year = (year + 1).min(LAST_YEAR);
        let first = self.tracks.len();
        self.album(who, everyone, album_year, AlbumType::Album, &name, 8);
        let on_album = Arc::make_mut(&mut self.tracks[first]);
        on_album.name.clone_from(&single.name);
        on_album.isrc.clone_from(&single.isrc);
        on_album.duration_ms = single.duration_ms;
        on_album.explicit = single.explicit;
        on_album.artists.clone_from(&single.artists);
    }

    /// An old album whose songs say that they were worked over.
    fn remaster(&mut self, who: &Invented, everyone: &[Invented], year: u16) {
        let name = self.title(who.scene.script);
        let first = self.tracks.len();
        let kind = if self.rng.u8(..4) == 0 { AlbumType::Compilation } else { AlbumType::Album };
        self.album(who, everyone, year, kind, &name, 9);
        let remastered = (year + 18).min(LAST_YEAR);
        for track in &mut self.tracks[first..] {
            let track = Arc::make_mut(track);
            track.name = format!("{} (Remastered {remastered})", track.name);
        }
    }

    fn album(&mut self, who: &Invented, everyone: &[Invented], year: u16, kind: AlbumType, name: &str, size: usize) {
        self.albums += 1;
        let (release_date, precision) = self.date(year);
        let album = Arc::new(Album {
            id: id_of("album", self.albums),
            name: name.to_owned(),
            album_type: kind,
            release_date: Some(release_date),
            release_date_precision: Some(precision.to_owned()),
            total_tracks: u32::try_from(size).unwrap_or(u32::MAX),
            label: LABELS[self.rng.usize(..LABELS.len())].to_owned(),
            popularity: self.near(who.artist.popularity),
            artists: vec![Arc::clone(&who.artist)],
        });
        for number in 1..=size {
            let title = if kind == AlbumType::Single { name.to_owned() } else { self.title(who.scene.script) };
            let track = self.track(who, everyone, &album, title, u32::try_from(number).unwrap_or(u32::MAX), year);
            self.tracks.push(Arc::new(track));
        }
    }

    fn track(
        &mut self,
        who: &Invented,
        everyone: &[Invented],
        album: &Arc<Album>,
        title: String,
        number: u32,
        year: u16,
    ) -> Track {
        let at = self.tracks.len();
        let id = id_of("track", at as u64);
        let mut artists = vec![Arc::clone(&who.artist)];
        let mut name = title;
        match self.rng.u8(..20) {
            0 | 1 => {
                let guest = &everyone[self.rng.usize(..everyone.len())].artist;
                if guest.id != who.artist.id {
                    name = format!("{name} (feat. {})", guest.name);
                    artists.push(Arc::clone(guest));
                }
            }
            2 => name = format!("{name} - {}", VERSIONS[self.rng.usize(..VERSIONS.len())]),
            _ => {}
        }
        let (shortest, longest) = who.scene.seconds;
        Track {
            uri: Track::uri_of(&id),
            id,
            name,
            artists,
            album: Arc::clone(album),
            duration_ms: self.rng.u32(shortest * 1_000..longest * 1_000),
            explicit: self.rng.u8(..100) < who.scene.explicit,
            popularity: self.near(who.artist.popularity),
            isrc: format!("QZHW{}{:02}{:05}", at / 100_000 % 10, year % 100, at % 100_000),
            disc_number: 1,
            track_number: number,
        }
    }

    fn date(&mut self, year: u16) -> (String, &'static str) {
        let (month, day) = (self.rng.u8(1..=12), self.rng.u8(1..=28));
        // Nothing is released after the latest month that the catalogue can claim to know.
        let month = if year == LAST_YEAR { month.min(10) } else { month };
        match self.rng.u8(..10) {
            0 => (format!("{year}"), "year"),
            1 => (format!("{year}-{month:02}"), "month"),
            _ => (format!("{year}-{month:02}-{day:02}"), "day"),
        }
    }

    fn near(&mut self, popularity: u8) -> u8 {
        (popularity + self.rng.u8(..16)).saturating_sub(10).min(100)
    }

    fn two_words(&mut self, script: Script) -> String {
        let (first, second) = words(script);
        let first = first[self.rng.usize(..first.len())];
        let second = second[self.rng.usize(..second.len())];
        let unspaced = matches!(script, Script::Japanese | Script::Chinese | Script::Thai);
        if unspaced { format!("{first}{second}") } else { format!("{first} {second}") }
    }

    fn title(&mut self, script: Script) -> String {
        let name = self.two_words(script);
        match (script, self.rng.u8(..8)) {
            (Script::English, 0) => name.split(' ').next_back().unwrap_or(&name).to_owned(),
            (Script::English, 1) => format!("{name} (Pt. {})", self.rng.u8(1..4)),
            (Script::English, 2) => format!("Don’t Forget the {name}"),
            _ => name,
        }
    }
}
