//! The built-in catalogue and its three bases.

use super::songs::Inventor;
use super::{Added, Catalogue, StartPlaylist};
use fastrand::Rng;

/// Any number will do; another one makes other music.
const SEED: u64 = 0x4845_4144;
const ARTISTS: usize = 640;
const SONGS: usize = 5_600;

/// Songs in the three bases.
const SMALL: usize = 60;
const MIDDLE: usize = 600;
const LARGE: usize = 5_000;

/// Rows of the large base that repeat an earlier song.
const REPEATS: usize = 12;

/// Makes the catalogue; takes some tens of milliseconds, so callers keep it.
pub(super) fn make() -> Catalogue {
    let mut inventor = Inventor::new(SEED);
    let artists = inventor.artists(ARTISTS);
    let mut rng = Rng::with_seed(SEED ^ 1);
    while inventor.tracks.len() < SONGS {
        inventor.release(&artists[rng.usize(..artists.len())], &artists);
    }
    let tracks = inventor.tracks;
    let playlists = bases(&mut rng, tracks.len());
    Catalogue::of(tracks, playlists)
}

fn bases(rng: &mut Rng, songs: usize) -> Vec<StartPlaylist> {
    let mut order: Vec<usize> = (0..songs).collect();
    rng.shuffle(&mut order);
    let mut large = order[..LARGE - REPEATS].to_vec();
    for _ in 0..REPEATS {
        let row = rng.usize(..large.len());
        large.insert(rng.usize(..=large.len()), large[row]);
    }
    let base = |name: &str, description: &str, tracks: Vec<usize>, days: u32| StartPlaylist {
        name: name.into(),
        description: description.into(),
        tracks,
        added: Added::OverDays(days),
    };
    vec![
        base("Kitchen Radio", "Sixty songs for slow mornings.", order[songs - SMALL..].to_vec(), 400),
        base("Road Trips & Rainy Days", "A few hundred for the long way home.", order[..MIDDLE].to_vec(), 1_500),
        base("Everything I Ever Liked", "Twelve years of pressing the heart.", large, 4_400),
    ]
}
