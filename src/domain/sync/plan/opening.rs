//! The cheap question of a run, played with what the library shows: how many requests it takes, and whether the run
//! ends there. The machine itself answers, so that the plan cannot think otherwise.

use crate::domain::ids::PlaylistId;
use crate::domain::sync::machine;
use crate::domain::sync::machine::command::{Command, Commit, Request};
use crate::domain::sync::machine::input::{Answer, Event, Fault, FaultKind, LibraryEntry, PlaylistSeen, RunInput};
use std::collections::BTreeMap;

/// What the person's library shows of the playlists of a run.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LibraryState {
    pub seen: BTreeMap<PlaylistId, PlaylistSeen>,
    /// Playlists in the whole library; `None` where only single playlists were looked at.
    pub total: Option<u32>,
}

/// How a run will begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Opening {
    /// Requests until it knows what changed.
    pub requests: u32,
    /// Nothing changed and nothing fell due, so that the run ends there.
    pub is_unchanged: bool,
}

/// Takes what a run would start from and what the library shows; gives how the run begins.
pub fn opening(input: RunInput, library: &LibraryState) -> Opening {
    let now_ms = input.now_ms;
    let mut opening = Opening { requests: 0, is_unchanged: false };
    let (mut state, mut commands) = machine::start(input);
    loop {
        let mut events = Vec::new();
        for command in commands {
            if let Command::Fetch { no, request } = command {
                let Some(result) = library.answer(&request) else { return opening };
                opening.requests += 1;
                events.push(Event::Fetched { no, result, now_ms });
            } else if let Command::Commit { commit: Commit::Finished(_), .. } = command {
                return Opening { is_unchanged: true, ..opening };
            }
        }
        if events.is_empty() {
            return opening;
        }
        commands = Vec::new();
        for event in events {
            let next = machine::step(state, event);
            state = next.0;
            commands.extend(next.1);
        }
    }
}

impl LibraryState {
    /// All that is known comes with the first page. `None` is what the cheap question does not ask.
    fn answer(&self, request: &Request) -> Option<Result<Answer, Fault>> {
        match request {
            Request::LibraryPage { offset } => {
                let seen = self.seen.iter().filter(|_| *offset == 0);
                let entries = seen.map(|(id, seen)| LibraryEntry { id: id.clone(), seen: seen.clone() }).collect();
                Some(Ok(Answer::Library { entries, total: self.total.unwrap_or(self.seen.len() as u32) }))
            }
            Request::PlaylistSnapshot { playlist } => Some(match self.seen.get(playlist) {
                Some(seen) => Ok(Answer::Snapshot(seen.clone())),
                None => Err(Fault { kind: FaultKind::NotFound, message: String::new() }),
            }),
            Request::BaseItems { .. }
            | Request::ChildItems { .. }
            | Request::ArtistBatch { .. }
            | Request::Artist { .. }
            | Request::LibraryContains { .. }
            | Request::PutItems { .. }
            | Request::PostItems { .. }
            | Request::DeleteItems { .. }
            | Request::MoveItems { .. } => None,
        }
    }
}
