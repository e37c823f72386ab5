//! Commands that work on the data of one person: who that is, which base is meant, and how they end.

use super::serve::state;
use crate::domain::playlist::BasePlaylist;
use crate::domain::rules_file::read::is_same_name;
use crate::error::{AppError, ErrorCode};
use crate::server::config::Config;
use crate::server::error::ServerError;
use crate::server::operations::{CurrentUser, base_playlists};
use crate::server::state::AppState;

/// Ends with 0: done, or nothing to do.
pub const DONE: i32 = 0;
/// Ends with 1: it failed; the words say what was done already.
pub const FAILED: i32 = 1;
/// Ends with 3: there is no such person, base or child, or more than one.
pub const NOT_FOUND: i32 = 3;
/// Ends with 4: the file has faults; nothing was saved.
pub const FAULTY: i32 = 4;

/// What `--help` says at its end.
pub const EXIT_CODES: &str = "Exit codes: 0 done or nothing to do; 1 it failed; 2 wrong usage; \
3 no such person, base or child playlist, or more than one of that name; 4 the file has faults, nothing was saved.";

/// How a command ends early: what to say, and the code.
#[derive(Debug)]
pub struct Stop {
    pub words: String,
    pub code: i32,
}

impl Stop {
    /// Words and a code.
    pub fn new(code: i32, words: impl Into<String>) -> Self {
        Self { words: words.into(), code }
    }
}

impl From<ServerError> for Stop {
    fn from(error: ServerError) -> Self {
        AppError::from(error).into()
    }
}

impl From<AppError> for Stop {
    fn from(error: AppError) -> Self {
        let code = match error.code {
            ErrorCode::NotFound => NOT_FOUND,
            ErrorCode::Invalid | ErrorCode::BadRequest => FAULTY,
            ErrorCode::SignedOut
            | ErrorCode::Forbidden
            | ErrorCode::Conflict
            | ErrorCode::SyncRunning
            | ErrorCode::ReconnectNeeded
            | ErrorCode::PreconditionFailed
            | ErrorCode::TooLarge
            | ErrorCode::UnsupportedMediaType
            | ErrorCode::TooManyRequests
            | ErrorCode::SpotifyUnavailable
            | ErrorCode::Internal
            | ErrorCode::Unavailable => FAILED,
        };
        let hint = error.hint.map(|hint| format!(" {hint}")).unwrap_or_default();
        Self::new(code, format!("{}{hint}", error.detail))
    }
}

impl From<color_eyre::Report> for Stop {
    fn from(report: color_eyre::Report) -> Self {
        Self::new(FAILED, format!("{report:#}"))
    }
}

/// Ends the process with the command's code. Called once everything that it held is dropped.
pub fn end(result: Result<i32, Stop>) -> color_eyre::Result<()> {
    let code = result.unwrap_or_else(|stop| {
        eprintln!("{}", stop.words);
        stop.code
    });
    if code == DONE { Ok(()) } else { std::process::exit(code) }
}

/// The data directory opened by a process of its own, with its own instance lock, and the person meant.
pub async fn open(config: Config, user: Option<&str>) -> Result<(AppState, CurrentUser), Stop> {
    let app = state(config.without_blanks(), None).await?;
    let mut users = app.store.list_users().await.map_err(ServerError::from)?;
    if let Some(wanted) = user {
        users.retain(|user| user.spotify_user_id == wanted || user.id.to_string() == wanted);
    }
    match (users.len(), user) {
        (1, _) => Ok((app, users.remove(0))),
        (0, Some(wanted)) => Err(Stop::new(NOT_FOUND, format!("Nobody called {wanted} has signed in here."))),
        (0, None) => Err(Stop::new(NOT_FOUND, "Nobody has signed in here yet.")),
        _ => {
            let names: Vec<&str> = users.iter().map(|user| user.spotify_user_id.as_str()).collect();
            Err(Stop::new(NOT_FOUND, format!("Say which person with --user: {}.", names.join(", "))))
        }
    }
}

/// The base of an id or a name.
pub async fn find_base(app: &AppState, user: &CurrentUser, wanted: &str) -> Result<BasePlaylist, Stop> {
    let bases = base_playlists::list(app, user).await?;
    only(bases, wanted, "base playlist", |base| base.id.to_string() == wanted || is_same_name(&base.name, wanted))
}

/// The one thing that is meant.
pub fn only<T>(all: Vec<T>, wanted: &str, kind: &str, is_meant: impl Fn(&T) -> bool) -> Result<T, Stop> {
    let mut found: Vec<T> = all.into_iter().filter(is_meant).collect();
    match found.len() {
        1 => Ok(found.remove(0)),
        0 => Err(Stop::new(NOT_FOUND, format!("There is no {kind} called {wanted}."))),
        more => Err(Stop::new(NOT_FOUND, format!("There are {more} {kind}s called {wanted}; use an id instead."))),
    }
}
