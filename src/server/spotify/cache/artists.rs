//! Artists kept between syncs, and asked for once by all who miss them at the same time.

use super::flights::{Flight, Flights};
use super::keys::CacheKey;
use super::tiered::Kept;
use crate::domain::cache::CacheKind;
use crate::domain::capability::ApiMode;
use crate::domain::sync::batch::ARTISTS_LEN_MAX;
use crate::domain::sync::machine::input::ArtistMeta;
use crate::server::spotify::client::{Caller, Spotify};
use crate::server::spotify::error::SpotifyError;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// How often somebody waits for another's request that then fails, before it gives up.
const ROUNDS_MAX: usize = 3;

/// Requests for artists under way; `None`: Spotify does not know the artist.
pub type ArtistFlights = Flights<String, Option<ArtistMeta>>;

type Known = HashMap<String, Option<ArtistMeta>>;

/// What is kept: which keys were present, so that "withheld" is not read back as empty.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct KeptArtist {
    genres: Option<Vec<String>>,
    popularity: Option<u8>,
    followers: Option<u64>,
}

impl Spotify {
    /// Those of these artists that are kept, in the order asked. `mode` says what asking would have cost.
    pub async fn cached_artists(&self, ids: &[String], mode: ApiMode) -> Vec<ArtistMeta> {
        let found: Vec<ArtistMeta> = read(ids, self.cache.find(&keys(ids)).await);
        self.cache
            .count_avoided(CacheKind::Artist, requests(ids.len(), mode) - requests(ids.len() - found.len(), mode));
        found
    }

    /// The same for a plan: nothing is counted.
    pub async fn look_at_artists(&self, ids: &[String]) -> Vec<ArtistMeta> {
        read(ids, self.cache.look(&keys(ids)).await)
    }

    /// Keeps artists, and that some do not exist.
    pub async fn keep_artists(&self, artists: &[ArtistMeta], absent: &[String]) {
        let known = artists.iter().map(|artist| (&artist.id, Some(artist)));
        let values: Vec<_> = known.chain(absent.iter().map(|id| (id, None))).map(kept).collect();
        self.cache.keep(&values).await;
    }

    /// Several artists in one request, or in none where others have just asked; ids that Spotify does not know are
    /// absent.
    pub async fn shared_artists(&self, caller: &Caller, ids: &[String]) -> Result<Vec<ArtistMeta>, SpotifyError> {
        self.shared(caller, ids, ApiMode::Extended).await
    }

    /// One artist, shared in the same way.
    pub async fn shared_artist(&self, caller: &Caller, id: &str) -> Result<ArtistMeta, SpotifyError> {
        self.shared(caller, &[id.to_owned()], ApiMode::Development).await?.pop().ok_or(SpotifyError::NotFound)
    }

    async fn shared(&self, caller: &Caller, ids: &[String], mode: ApiMode) -> Result<Vec<ArtistMeta>, SpotifyError> {
        let mut known = Known::new();
        for _ in 0..ROUNDS_MAX {
            let missing: Vec<String> = ids.iter().filter(|id| !known.contains_key(*id)).cloned().collect();
            if missing.is_empty() {
                break;
            }
            let (flight, others) = self.artist_flights.board(&missing);
            known.extend(self.fly(caller, flight, mode).await?);
            for other in others {
                known.extend(other.landed().await.iter().flat_map(|landed| Known::clone(landed)));
            }
        }
        if ids.iter().any(|id| !known.contains_key(id)) {
            return Err(SpotifyError::Transport("others asked for the same artists and got no answer"));
        }
        Ok(ids.iter().filter_map(|id| known.remove(id).flatten()).collect())
    }

    /// Asks for what a flight has claimed. Nobody is waited for meanwhile, so that no two wait for each other.
    async fn fly(
        &self,
        caller: &Caller,
        flight: Flight<'_, String, Option<ArtistMeta>>,
        mode: ApiMode,
    ) -> Result<Known, SpotifyError> {
        let mut known = self.just_landed(&flight.keys).await;
        let missing: Vec<String> = flight.keys.iter().filter(|id| !known.contains_key(*id)).cloned().collect();
        if !missing.is_empty() {
            let found = self.ask_for_artists(caller, &missing, mode).await?;
            let values: Vec<_> = found.iter().map(|(id, artist)| kept((id, artist.as_ref()))).collect();
            self.cache.remember(&values).await;
            known.extend(found);
        }
        Ok(Known::clone(&flight.land(known)))
    }

    /// What others have fetched since this caller looked. Only whole artists: others may be asked for again because
    /// a key is there by now.
    async fn just_landed(&self, ids: &[String]) -> Known {
        let found: Vec<Option<Kept<KeptArtist>>> = self.cache.at_hand(&keys(ids)).await;
        let whole = |(id, kept): (&String, Option<Kept<KeptArtist>>)| match kept? {
            Kept::Absent => Some((id.clone(), None)),
            Kept::Value(artist) => artist.is_whole().then(|| (id.clone(), Some(artist.into_meta(id)))),
        };
        ids.iter().zip(found).filter_map(whole).collect()
    }

    async fn ask_for_artists(&self, caller: &Caller, ids: &[String], mode: ApiMode) -> Result<Known, SpotifyError> {
        let found = match (mode, ids) {
            (ApiMode::Development, [id]) => match self.artist(caller, id).await {
                Ok(artist) => vec![artist],
                Err(SpotifyError::NotFound) => Vec::new(),
                Err(error) => return Err(error),
            },
            (ApiMode::Extended | ApiMode::Development, ids) => self.artists(caller, ids).await?,
        };
        let mut known: Known = ids.iter().map(|id| (id.clone(), None)).collect();
        known.extend(found.into_iter().map(|artist| (artist.id.clone(), Some(artist))));
        Ok(known)
    }
}

impl KeptArtist {
    const fn is_whole(&self) -> bool {
        self.genres.is_some() && self.popularity.is_some() && self.followers.is_some()
    }

    fn into_meta(self, id: &str) -> ArtistMeta {
        ArtistMeta { id: id.to_owned(), genres: self.genres, popularity: self.popularity, followers: self.followers }
    }
}

fn keys(ids: &[String]) -> Vec<CacheKey> {
    ids.iter().map(|id| CacheKey::Artist(id.clone())).collect()
}

fn kept((id, artist): (&String, Option<&ArtistMeta>)) -> (CacheKey, Kept<KeptArtist>) {
    let value = artist.map_or(Kept::Absent, |artist| {
        let ArtistMeta { id: _, genres, popularity, followers } = artist.clone();
        Kept::Value(KeptArtist { genres, popularity, followers })
    });
    (CacheKey::Artist(id.clone()), value)
}

/// An artist that Spotify does not know is found, with nothing known of it.
fn read(ids: &[String], found: Vec<Option<Kept<KeptArtist>>>) -> Vec<ArtistMeta> {
    let meta = |(id, kept): (&String, Option<Kept<KeptArtist>>)| match kept? {
        Kept::Value(artist) => Some(artist.into_meta(id)),
        Kept::Absent => Some(ArtistMeta { id: id.clone(), genres: None, popularity: None, followers: None }),
    };
    ids.iter().zip(found).filter_map(meta).collect()
}

/// What asking for so many artists costs.
const fn requests(artists: usize, mode: ApiMode) -> u64 {
    match mode {
        ApiMode::Extended => artists.div_ceil(ARTISTS_LEN_MAX) as u64,
        ApiMode::Development => artists as u64,
    }
}
