//! The songs of the base in this browser, and what the draft would take of them, with every letter typed.

use crate::domain::filter::fields::{self, Cost, Field};
use crate::domain::filter::histogram::Bin;
use crate::domain::filter::json;
use crate::domain::filter::judge::RuleCount;
use crate::domain::filter::lint::Lint;
use crate::domain::filter::suggest::Suggestion;
use crate::domain::live_preview::{LiveBase, LivePreview, needs_server};
use crate::domain::playlist::Routing;
use crate::server_fns::child_draft::ChildDraft;
use crate::ui::browser;
use crate::ui::components::builder::judge::{Judge, judge, load_judge};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::time::Duration;

/// A large base is asked for again after this long.
const ASK_AGAIN: Duration = Duration::from_secs(3);

/// Songs of the base that the editor shows, with what was worked out of them. A browser has one thread and one
/// editor; they stay for the next one.
struct Held {
    path: String,
    judge: Judge,
    base: Rc<LiveBase>,
    suggestions: HashMap<&'static str, Rc<Vec<Suggestion>>>,
}

thread_local! {
    static HELD: RefCell<Option<Held>> = const { RefCell::new(None) };
}

/// Where the songs are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Songs {
    /// Not asked for: scripts have not taken over.
    Absent,
    Reading,
    /// Here; the number changes with each reading.
    Here(u32),
    /// In words.
    Failed(String),
}

/// What a draft would take.
#[derive(Debug, Clone, PartialEq)]
pub enum DraftEffect {
    /// The songs are not here yet, or never will be.
    Waiting,
    /// The rules are not complete.
    Incomplete,
    /// Only the server can tell.
    AskServer,
    Seen(Seen),
}

/// A preview, and where its lines are.
#[derive(Debug, Clone, PartialEq)]
pub struct Seen {
    pub preview: LivePreview,
    /// Of lines that say something: their number in the form and their place in the judged filter.
    places: Vec<(usize, String)>,
}

impl Seen {
    /// The place of a line in the judged filter.
    pub fn pointer(&self, line: usize) -> Option<&str> {
        self.places.iter().find(|(at, _)| *at == line).map(|(_, pointer)| pointer.as_str())
    }

    /// Hints on a line.
    pub fn lints(&self, line: usize) -> Vec<Lint> {
        self.pointer(line).map(|pointer| self.lints_at(pointer)).unwrap_or_default()
    }

    /// Hints on a place; "" is the whole.
    pub fn lints_at(&self, pointer: &str) -> Vec<Lint> {
        self.preview.lints.iter().filter(|lint| lint.pointer == pointer).cloned().collect()
    }

    /// What a line does.
    pub fn count(&self, line: usize) -> Option<&RuleCount> {
        let pointer = self.pointer(line)?;
        self.preview.counts.iter().find(|count| count.pointer == pointer)
    }
}

/// The live half of the editor.
#[derive(Clone, Copy)]
pub struct Live {
    pub songs: RwSignal<Songs>,
    pub effect: Memo<DraftEffect>,
    /// The person's playlists, once a rule asks for one.
    playlists: RwSignal<Vec<Suggestion>>,
    /// Counts how often fresh songs were asked for.
    wishes: RwSignal<u32>,
}

impl Live {
    /// Follows a draft.
    pub fn new(draft: RwSignal<ChildDraft>, routing: Routing) -> Self {
        let songs = RwSignal::new(Songs::Absent);
        let effect = Memo::new(move |_| match songs.get() {
            Songs::Here(_) => draft.with(effect_of),
            Songs::Absent | Songs::Reading | Songs::Failed(_) => DraftEffect::Waiting,
        });
        // Effects run in the browser alone.
        let path = Memo::new(move |_| draft.with(|draft| tracks_path(draft, routing)));
        let wishes = RwSignal::new(0_u32);
        Effect::new(move |seen: Option<u32>| {
            let wish = wishes.get();
            read(path.get(), songs, seen.is_some_and(|seen| seen != wish));
            wish
        });
        let playlists = RwSignal::new(Vec::new());
        let names_playlists =
            Memo::new(move |_| draft.with(|draft| draft.filter.rows.iter().any(|row| row.field == "in_playlist")));
        Effect::new(move |_| {
            if names_playlists.get() {
                read_playlists(playlists);
            }
        });
        Self { songs, effect, playlists, wishes }
    }

    /// Reads the songs again.
    pub fn refresh(self) {
        self.wishes.update(|wishes| *wishes += 1);
    }

    /// When the songs were read, in milliseconds since 1970; tracks the songs.
    pub fn read_at_ms(self) -> Option<i64> {
        self.with_tracks(|held| held.base.read_at_ms())
    }

    /// Values of this base that fit what is typed into a line; tracks the songs.
    pub fn suggestions(self, field: &str, typed: &str, chosen: &[String]) -> Vec<Suggestion> {
        self.with_suggestions(field, |judge, known| (judge.fitting)(known, typed, chosen)).unwrap_or_default()
    }

    /// What people read for a value: of ids the name.
    pub fn label(self, field: &str, value: &str) -> Option<String> {
        let named =
            |_: Judge, known: &[Suggestion]| known.iter().find(|one| one.value == value).map(|one| one.label.clone());
        if field.ends_with("_id") || field == "in_playlist" {
            self.with_suggestions(field, named).flatten()
        } else {
            None
        }
    }

    /// The spread of a field of numbers; tracks the songs.
    pub fn histogram(self, field: &str) -> Vec<Bin> {
        let Some(field) = fields::find(field) else { return Vec::new() };
        self.with_tracks(|held| (held.judge.histogram)(field, &held.base)).unwrap_or_default()
    }

    /// Decades of the base with their songs; tracks the songs.
    pub fn decades(self) -> Vec<(i64, u32)> {
        self.with_tracks(|held| (held.judge.decades)(&held.base)).unwrap_or_default()
    }

    fn with_suggestions<T>(self, field: &str, read: impl FnOnce(Judge, &[Suggestion]) -> T) -> Option<T> {
        let field = fields::find(field)?;
        if field.id == "in_playlist" {
            return self.with_tracks(|held| self.playlists.with(|playlists| read(held.judge, playlists)));
        }
        self.with_tracks(|held| {
            let (base, judge) = (Rc::clone(&held.base), held.judge);
            let known = held.suggestions.entry(field.id).or_insert_with(|| Rc::new((judge.suggestions)(field, &base)));
            read(judge, known)
        })
    }

    fn with_tracks<T>(self, read: impl FnOnce(&mut Held) -> T) -> Option<T> {
        match self.songs.get() {
            Songs::Here(_) => HELD.with_borrow_mut(|held| held.as_mut().map(read)),
            Songs::Absent | Songs::Reading | Songs::Failed(_) => None,
        }
    }
}

/// Artists, Liked Songs, other playlists and what other children take are asked for only where the draft needs them.
fn tracks_path(draft: &ChildDraft, routing: Routing) -> String {
    let rules = draft.filter.rows.iter().map(|row| row.field.as_str());
    let order = draft.filter.output.sort.iter().map(|key| key.field.as_str());
    let used: Vec<&Field> = rules.chain(order).filter_map(fields::find).collect();
    let mut query = String::new();
    // First, so that songs read for one child are never taken for those of another.
    let is_leftovers = draft.kind == "leftovers";
    if is_leftovers || routing == Routing::FirstMatch {
        let child = if draft.child_id.is_empty() { "new" } else { &draft.child_id };
        let kind = if is_leftovers { "leftovers" } else { "filter" };
        query += &format!("&child={child}&kind={kind}");
    }
    if used.iter().any(|field| field.cost == Cost::Artist) {
        query += "&artists=true";
    }
    if used.iter().any(|field| field.id == "liked") {
        query += "&liked=true";
    }
    let named = json::parse(&draft.filter.said_so_far().to_json())
        .map(|filter| filter.named_playlists().into_iter().map(str::to_owned).collect::<Vec<_>>().join(","));
    if let Some(named) = named.ok().filter(|named| !named.is_empty()) {
        query += &format!("&playlists={named}");
    }
    format!("/api/base-playlists/{}/tracks?{}", draft.base_id, query.trim_start_matches('&'))
}

/// What patterns mean is known on the server alone.
fn effect_of(draft: &ChildDraft) -> DraftEffect {
    let (form, lines) = draft.filter.said_lines();
    let Ok(filter) = json::parse(&form.to_json()) else { return DraftEffect::Incomplete };
    if needs_server(&filter) {
        return DraftEffect::AskServer;
    }
    let seen = HELD.with_borrow(|held| held.as_ref().map(|held| (held.judge.preview)(&held.base, &filter)));
    match seen {
        None => DraftEffect::Waiting,
        Some(Ok(preview)) => {
            DraftEffect::Seen(Seen { preview, places: lines.into_iter().zip(form.pointers()).collect() })
        }
        Some(Err(_)) => DraftEffect::AskServer,
    }
}

/// Brings the songs here, unless they are.
fn read(path: String, songs: RwSignal<Songs>, must_ask: bool) {
    // Songs with more known of them serve those who need less.
    let is_here = HELD.with_borrow(|held| held.as_ref().is_some_and(|held| held.path.starts_with(&path)));
    if is_here && !must_ask && matches!(songs.get_untracked(), Songs::Here(_)) {
        return;
    }
    // Songs of an earlier editor are shown at once and asked for all the same: the answer to no change is short.
    songs.set(if is_here { Songs::Here(0) } else { Songs::Reading });
    // Both come at the same time.
    spawn_local(async {
        let _ = load_judge().await;
    });
    spawn_local(async move {
        match browser::get_text(&path).await {
            Ok((200, text)) => keep(path, &text, songs).await,
            Ok((202, _)) => set_timeout(move || read(path, songs, must_ask), ASK_AGAIN),
            Ok((_, problem)) => {
                songs.try_set(Songs::Failed(words_of(&problem)));
            }
            Err(()) => {
                songs.try_set(Songs::Failed("The server could not be reached.".to_owned()));
            }
        }
    });
}

async fn keep(path: String, text: &str, songs: RwSignal<Songs>) {
    let opened = judge().await.ok().and_then(|judge| Some((judge, (judge.open)(text)?)));
    let Some((judge, base)) = opened else {
        songs.try_set(Songs::Failed("The songs could not be read. Reload the page.".to_owned()));
        return;
    };
    HELD.set(Some(Held { path, judge, base: Rc::new(base), suggestions: HashMap::new() }));
    songs.try_update(|songs| {
        *songs = Songs::Here(if let Songs::Here(count) = songs { *count + 1 } else { 1 });
    });
}

/// The first page of the person's playlists, as suggestions; without them ids and links can still be typed.
fn read_playlists(playlists: RwSignal<Vec<Suggestion>>) {
    if !playlists.with_untracked(Vec::is_empty) {
        return;
    }
    spawn_local(async move {
        let Ok(judge) = judge().await else { return };
        let Ok((200, text)) = browser::get_text("/api/spotify/playlists").await else { return };
        let page: serde_json::Value = serde_json::from_str(&text).unwrap_or_default();
        let found = page["items"].as_array().into_iter().flatten().filter_map(|one| {
            let (value, label) = (one["id"].as_str()?.to_owned(), one["name"].as_str()?.to_owned());
            let songs = one["total"].as_u64().and_then(|total| u32::try_from(total).ok()).unwrap_or_default();
            Some((judge.suggestion)(value, label, songs))
        });
        playlists.try_set(found.collect());
    });
}

/// The words of a problem document.
fn words_of(problem: &str) -> String {
    let problem: serde_json::Value = serde_json::from_str(problem).unwrap_or_default();
    let detail = problem["detail"].as_str().unwrap_or("The server gave no reason.");
    problem["hint"].as_str().map_or_else(|| detail.to_owned(), |hint| format!("{detail} {hint}"))
}
