//! The steps of a run, one after another.

use super::command::Request;
use super::contents::Contents;
use super::enrich::Artists;
use super::input::{Answer, ArtistMeta, BaseRow};
use super::lookups::Lookups;
use super::pages::Pages;
use super::retrieve::Library;
use super::run::Run;
use super::traffic::Failure;
use super::write::Writing;
use super::{contents, enrich, finish, lookups, read_base, retrieve, write};
use crate::domain::ids::PlaylistId;

/// A run between two events. Opaque: the driver only hands it back.
#[derive(Debug, Clone, PartialEq)]
pub struct State {
    pub(super) run: Box<Run>,
    pub(super) stage: Stage,
}

/// Where a run is, with what only this step knows.
#[derive(Debug, Clone, PartialEq)]
pub enum Stage {
    /// The cheap question: which playlists changed?
    Library(Library),
    /// Reading the base.
    Base(Pages<BaseRow>),
    /// Completing artists.
    Artists(Artists),
    /// Asking for Liked Songs and for playlists that rules name.
    Lookups(Lookups),
    /// Reading children whose contents are not known.
    Contents(Contents),
    /// Writing children, a few at a time.
    Writing(Box<Writing>),
    /// The last commit is under way.
    Closing,
    /// Nothing more happens.
    Ended,
}

impl Stage {
    /// Takes a good answer.
    pub fn answered(self, run: &mut Run, request: &Request, answer: Answer) -> Self {
        match self {
            Self::Library(library) => retrieve::answered(library, run, request, answer),
            Self::Base(pages) => read_base::answered(pages, run, request, answer),
            Self::Artists(artists) => enrich::answered(artists, run, request, answer),
            Self::Lookups(lookups) => lookups::answered(lookups, run, request, answer),
            Self::Contents(contents) => contents::answered(contents, run, request, answer),
            Self::Writing(writing) => write::answered(writing, run, request, answer),
            Self::Closing | Self::Ended => self,
        }
    }

    /// Takes a request that will not be repeated by itself.
    pub fn failed(self, run: &mut Run, failure: Failure) -> Self {
        match self {
            Self::Library(library) => retrieve::failed(library, run, &failure),
            Self::Base(_) => {
                finish::stopped(run, "reading the base playlist", &failure);
                Self::Closing
            }
            Self::Artists(artists) => enrich::failed(artists, run, &failure),
            Self::Lookups(lookups) => lookups::failed(lookups, run, &failure),
            Self::Contents(contents) => contents::failed(contents, run, &failure),
            Self::Writing(writing) => write::failed(writing, run, failure),
            Self::Closing | Self::Ended => self,
        }
    }

    /// A request will be sent again later.
    pub fn put_off(self, run: &mut Run) -> Self {
        match self {
            Self::Writing(writing) => write::put_off(writing, run),
            Self::Library(_)
            | Self::Base(_)
            | Self::Artists(_)
            | Self::Lookups(_)
            | Self::Contents(_)
            | Self::Closing
            | Self::Ended => self,
        }
    }

    /// Takes what the cache knew.
    pub fn artists_found(self, run: &mut Run, found: Vec<ArtistMeta>) -> Self {
        match self {
            Self::Artists(artists) => enrich::looked_up(artists, run, found),
            Self::Library(_)
            | Self::Base(_)
            | Self::Lookups(_)
            | Self::Contents(_)
            | Self::Writing(_)
            | Self::Closing
            | Self::Ended => self,
        }
    }

    /// All durable commits are answered.
    pub fn durable(self, run: &mut Run) -> Self {
        match self {
            Self::Writing(writing) => write::durable(writing, run),
            Self::Closing => Self::end(run),
            Self::Library(_)
            | Self::Base(_)
            | Self::Artists(_)
            | Self::Lookups(_)
            | Self::Contents(_)
            | Self::Ended => self,
        }
    }

    /// The child with this playlist was written and can be read.
    pub fn settled(self, run: &mut Run, playlist: &PlaylistId) -> Self {
        match self {
            Self::Writing(writing) => write::settled(writing, run, playlist),
            Self::Library(_)
            | Self::Base(_)
            | Self::Artists(_)
            | Self::Lookups(_)
            | Self::Contents(_)
            | Self::Closing
            | Self::Ended => self,
        }
    }

    /// Stops at once where nothing is half written; else at the end of the child.
    pub fn cancel(self, run: &mut Run) -> Self {
        run.cancel = true;
        match self {
            Self::Library(_) | Self::Base(_) | Self::Artists(_) | Self::Lookups(_) | Self::Contents(_) => {
                finish::cancelled(run);
                Self::Closing
            }
            Self::Writing(_) | Self::Closing | Self::Ended => self,
        }
    }

    /// Nothing more will come.
    pub fn end(run: &mut Run) -> Self {
        run.traffic.clear();
        run.out.push(super::command::Command::Done);
        Self::Ended
    }
}
