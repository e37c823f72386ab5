//! Steps 3 and 4: the routing, and what the children hold, read only where it is not known.

use super::command::{Commit, Request};
use super::decide::{ChildCase, Decision, decide};
use super::input::{Answer, FaultKind};
use super::pages::{Pages, Reading};
use super::run::Run;
use super::stage::Stage;
use super::traffic::Failure;
use super::write_child::songs;
use super::{finish, hands, words, write};
use crate::domain::filter::compile::EvalContext;
use crate::domain::filter::json::FilterError;
use crate::domain::ids::PlaylistId;
use crate::domain::sync::diff::Row;
use crate::domain::sync::event::{ChildOutcome, SyncPhase};
use crate::domain::sync::routing::{RoutedChild, RoutingChild};
use crate::domain::sync::settle::{Settled, settle};
use std::collections::{BTreeMap, BTreeSet};

/// Children on their way in, by index.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Contents {
    open: BTreeMap<usize, Open>,
}

/// A child that is read.
#[derive(Debug, Clone, PartialEq)]
struct Open {
    playlist: PlaylistId,
    pages: Pages<Row>,
}

/// Reads the children whose contents are not known; then routes and decides.
pub fn begin(run: &mut Run) -> Stage {
    run.enter(SyncPhase::Routing, 0);
    leave_unreadable(run);
    let unjudged = unjudged(run);
    let mut contents = Contents::default();
    for index in run.selected().collect::<Vec<_>>() {
        let Some(playlist) = run.input.children[index].playlist.clone() else { continue };
        if run.children[index].snapshot.is_none() {
            run.children[index].leave(Decision::not_listed());
        } else if !run.knows_contents(index)
            && (run.is_exclusive() || !run.children[index].left_alone)
            && !unjudged.contains(&index)
        {
            ask(run, &playlist, 0);
            contents.open.insert(index, Open { playlist, pages: Pages::new() });
        }
    }
    contents.go_on(run)
}

/// Whoever asks for a playlist that cannot be read cannot be judged.
fn leave_unreadable(run: &mut Run) {
    if run.restores() {
        return;
    }
    for index in run.routed().collect::<Vec<_>>() {
        if let Some(playlist) = run.unreadable_playlist(index) {
            let reason = words::playlist_unreadable(playlist);
            run.children[index].leave(Decision::untouched(ChildOutcome::Skipped, reason));
        }
    }
}

/// Children that will be left as they are because songs cannot be judged: no request is spent on what they hold,
/// unless others must know what they keep.
fn unjudged(run: &Run) -> BTreeSet<usize> {
    let withheld = |index: usize| !run.input.children[index].filter.withheld_fields(&run.capabilities).is_empty();
    if run.restores() || run.is_exclusive() || !run.selected().any(withheld) {
        return BTreeSet::new();
    }
    // A filter that cannot be used is reported when the decisions are made.
    let nothing = |_: usize, _: &RoutedChild| None;
    let Ok(settled) = settled(run, &[], nothing) else { return BTreeSet::new() };
    let unknown = |(index, child): (usize, RoutedChild)| (child.unknown > 0).then_some(index);
    run.routed().zip(settled.routed.children).filter_map(unknown).collect()
}

/// Routes the songs and decides over all children that are not left alone or done.
/// False: a filter cannot be used, and the run has ended.
pub fn settle_all(run: &mut Run) -> bool {
    if run.restores() {
        restore_all(run);
        return true;
    }
    if !run.hands_seen {
        run.hands_seen = true;
        // What somebody did by hand is measured by what the rules want, and may then change that.
        return settle_once(run) && (!hands::see(run) || settle_once(run));
    }
    settle_once(run)
}

fn settle_once(run: &mut Run) -> bool {
    let indexes: Vec<usize> = run.routed().collect();
    let left: Vec<usize> = (0..indexes.len()).filter(|&at| run.children[indexes[at]].keeps()).collect();
    let decide_one = |at: usize, routed: &RoutedChild| decided(run, indexes[at], routed);
    match settled(run, &left, decide_one) {
        Ok(settled) => {
            for (index, decision) in indexes.into_iter().zip(settled.decisions) {
                let state = &mut run.children[index];
                state.decision = decision.or(state.decision.take());
            }
            true
        }
        Err(error) => {
            finish::impossible(run, format!("A filter cannot be used: {error}. Nothing was written."));
            false
        }
    }
}

/// Decides over the children that are put back.
fn restore_all(run: &mut Run) {
    for index in run.selected().collect::<Vec<_>>() {
        let (child, state) = (&run.input.children[index], &run.children[index]);
        let Some(target) = child.restored_to.as_deref().filter(|_| !state.left_alone && state.outcome.is_none()) else {
            continue;
        };
        let decision = decide(&ChildCase {
            filter: &child.filter,
            capabilities: &run.capabilities,
            target,
            unknown: 0,
            rows: state.holds.as_deref().unwrap_or_default(),
            open_intent: child.open_intent.as_ref(),
            // Whoever puts back has said what it is to hold, and can put that back too: nothing has to be confirmed.
            adopted_never_written: false,
            filter_changed: true,
            confirmed_plan_hash: None,
        });
        run.children[index].decision = Some(decision);
    }
}

fn settled(
    run: &Run,
    left: &[usize],
    decide: impl Fn(usize, &RoutedChild) -> Option<Decision>,
) -> Result<Settled, FilterError> {
    let context =
        EvalContext { now_ms: run.input.now_ms, zone: run.input.zone.clone(), capabilities: run.capabilities };
    let holds: Vec<Option<Vec<String>>> =
        run.routed().map(|index| run.children[index].holds.as_deref().map(songs)).collect();
    let children: Vec<RoutingChild<'_>> = run
        .routed()
        .zip(&holds)
        .map(|(index, holds)| {
            let child = &run.input.children[index];
            RoutingChild {
                id: child.id,
                filter: &child.filter,
                kind: child.kind,
                active: true,
                holds: holds.as_deref(),
            }
        })
        .collect();
    settle(&run.tracks, &children, run.input.routing, &context, left, decide)
}

/// What becomes of a child under what routing gives it; `None`: that is settled, or not the affair of this run.
fn decided(run: &Run, index: usize, routed: &RoutedChild) -> Option<Decision> {
    let (child, state) = (&run.input.children[index], &run.children[index]);
    if !child.selected || state.left_alone || state.outcome.is_some() {
        return None;
    }
    if routed.unknown > 0 {
        return Some(Decision::cannot_judge(&child.filter, &run.capabilities, routed.target.len() as u32));
    }
    Some(decide(&ChildCase {
        filter: &child.filter,
        capabilities: &run.capabilities,
        target: &routed.target,
        unknown: 0,
        rows: state.holds.as_deref().unwrap_or_default(),
        open_intent: child.open_intent.as_ref(),
        adopted_never_written: child.adopted_never_written,
        filter_changed: child.filter_changed,
        confirmed_plan_hash: child.confirmed_plan_hash.as_deref(),
    }))
}

/// Takes one page.
pub fn answered(mut contents: Contents, run: &mut Run, request: &Request, answer: Answer) -> Stage {
    let (Request::ChildItems { playlist, offset }, Answer::ChildPage { rows, total }) = (request, answer) else {
        return Stage::Contents(contents);
    };
    run.advance();
    let Some((index, open)) = contents.open.iter_mut().find(|(_, open)| open.playlist == *playlist) else {
        return contents.go_on(run);
    };
    let index = *index;
    match open.pages.take(*offset, rows, total, |_| false) {
        Reading::Ask(offsets) => offsets.into_iter().for_each(|offset| ask(run, playlist, offset)),
        Reading::Wait => {}
        Reading::Complete { rows, whole } => contents.read(run, index, rows, whole),
    }
    contents.go_on(run)
}

/// Takes a failed request: the child is left alone, the others go on, unless every request would fail.
pub fn failed(mut contents: Contents, run: &mut Run, failure: &Failure) -> Stage {
    let Request::ChildItems { playlist, .. } = &failure.request else { return Stage::Contents(contents) };
    if failure.stops_run() || run.input.limits.fail_fast {
        finish::stopped(run, "reading the child playlists", failure);
        return Stage::Closing;
    }
    run.advance();
    let index = contents.open.iter().find(|(_, open)| open.playlist == *playlist).map(|(index, _)| *index);
    if let Some(index) = index {
        contents.open.remove(&index);
        let unwanted =
            |request: &Request| matches!(request, Request::ChildItems { playlist: of, .. } if of == playlist);
        run.progress.total -= run.traffic.withdraw(unwanted).len() as u32;
        let decision = match failure.fault.kind {
            FaultKind::NotFound => Decision::not_listed(),
            FaultKind::RateLimited { .. }
            | FaultKind::ReconnectNeeded
            | FaultKind::Forbidden
            | FaultKind::Rejected { .. }
            | FaultKind::Transient { .. }
            | FaultKind::Malformed => {
                let words = words::child_unread(&run.input.children[index].name, failure);
                Decision::untouched(ChildOutcome::Failed, words)
            }
        };
        run.children[index].leave(decision);
    }
    contents.go_on(run)
}

fn ask(run: &mut Run, playlist: &PlaylistId, offset: u32) {
    run.fetch(Request::ChildItems { playlist: playlist.clone(), offset });
}

impl Contents {
    fn read(&mut self, run: &mut Run, index: usize, rows: Vec<Row>, whole: bool) {
        self.open.remove(&index);
        if let (true, Some(snapshot)) = (whole, run.children[index].snapshot.clone()) {
            let child = run.input.children[index].id;
            run.commit(Commit::ChildRead { child, snapshot, rows: rows.clone() });
        }
        run.children[index].holds = Some(rows);
        if !whole {
            let words = words::child_changes(&run.input.children[index].name);
            run.children[index].leave(Decision::untouched(ChildOutcome::Failed, words));
        }
    }

    fn go_on(self, run: &mut Run) -> Stage {
        if !self.open.is_empty() {
            return Stage::Contents(self);
        }
        // Pages of a child that failed may still be on their way.
        run.traffic.abandon();
        if settle_all(run) { write::begin(run) } else { Stage::Closing }
    }
}
