//! Steps 3 and 4: the routing, and what the children hold, read only where it is not known.

use super::command::Request;
use super::decide::{ChildCase, Decision, decide};
use super::input::{Answer, ChildInput, FaultKind};
use super::pages::{Pages, Reading};
use super::run::Run;
use super::stage::Stage;
use super::traffic::Failure;
use super::{finish, words, write};
use crate::domain::filter::compile::EvalContext;
use crate::domain::ids::PlaylistId;
use crate::domain::sync::diff::Row;
use crate::domain::sync::event::{ChildOutcome, SyncPhase};
use crate::domain::sync::routing::{RoutedChild, RoutingChild, route};
use std::collections::BTreeMap;

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
    target: Vec<String>,
}

/// Routes the songs, decides over the children whose contents are known, and reads the others.
pub fn begin(run: &mut Run) -> Stage {
    run.enter(SyncPhase::Routing, 0);
    let mut targets = match targets(run) {
        Ok(targets) => targets,
        Err(error) => {
            finish::impossible(run, format!("A filter cannot be used: {error}. Nothing was written."));
            return Stage::Closing;
        }
    };
    let mut contents = Contents::default();
    for index in run.selected().collect::<Vec<_>>() {
        let (target, unknown) = targets.remove(&index).unwrap_or_default();
        contents.consider(run, index, target, unknown);
    }
    contents.go_on(run)
}

/// What each routed child should hold, and how many songs cannot be judged.
fn targets(run: &Run) -> Result<BTreeMap<usize, (Vec<String>, u32)>, String> {
    let context =
        EvalContext { now_ms: run.input.now_ms, zone: run.input.zone.clone(), capabilities: run.capabilities };
    let indexes: Vec<usize> = run.routed().collect();
    let held: Vec<Option<Vec<String>>> = indexes.iter().map(|&index| held_songs(&run.input.children[index])).collect();
    let children: Vec<RoutingChild<'_>> = indexes
        .iter()
        .zip(&held)
        .map(|(&index, held)| {
            let child = &run.input.children[index];
            RoutingChild {
                id: child.id,
                filter: &child.filter,
                kind: child.kind,
                active: child.active,
                holds: held.as_deref(),
            }
        })
        .collect();
    let routed = route(&run.tracks, &children, run.input.routing, &context).map_err(|error| error.to_string())?;
    let index_of =
        |child: &RoutedChild| indexes.iter().copied().find(|&index| run.input.children[index].id == child.id);
    Ok(routed
        .children
        .into_iter()
        .filter_map(|child| Some((index_of(&child)?, (child.target, child.unknown))))
        .collect())
}

/// What a child held when it was last looked into.
fn held_songs(child: &ChildInput) -> Option<Vec<String>> {
    let rows = &child.known.as_ref()?.rows;
    Some(rows.iter().filter(|row| !row.fixed).map(|row| row.uri.clone()).collect())
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
        run.children[index].decision = Some(decision);
    }
    contents.go_on(run)
}

fn ask(run: &mut Run, playlist: &PlaylistId, offset: u32) {
    run.fetch(Request::ChildItems { playlist: playlist.clone(), offset });
}

impl Contents {
    fn consider(&mut self, run: &mut Run, index: usize, target: Vec<String>, unknown: u32) {
        let child = &run.input.children[index];
        let Some(playlist) = child.playlist.clone() else { return };
        if run.children[index].snapshot.is_none() {
            run.children[index].decision = Some(Decision::not_listed());
        } else if unknown > 0 {
            let matched = target.len() as u32;
            run.children[index].decision = Some(Decision::cannot_judge(&child.filter, &run.capabilities, matched));
        } else if run.knows_contents(index) {
            let rows = child.known.as_ref().map(|known| known.rows.clone()).unwrap_or_default();
            conclude(run, index, &rows, &target);
        } else {
            ask(run, &playlist, 0);
            self.open.insert(index, Open { playlist, pages: Pages::new(), target });
        }
    }

    fn read(&mut self, run: &mut Run, index: usize, rows: Vec<Row>, whole: bool) {
        let Some(open) = self.open.remove(&index) else { return };
        if whole {
            conclude(run, index, &rows, &open.target);
        } else {
            let words = words::child_changes(&run.input.children[index].name);
            run.children[index].decision = Some(Decision::untouched(ChildOutcome::Failed, words));
        }
    }

    fn go_on(self, run: &mut Run) -> Stage {
        if !self.open.is_empty() {
            return Stage::Contents(self);
        }
        // Pages of a child that failed may still be on their way.
        run.traffic.abandon();
        write::begin(run)
    }
}

fn conclude(run: &mut Run, index: usize, rows: &[Row], target: &[String]) {
    let child = &run.input.children[index];
    let case = ChildCase {
        filter: &child.filter,
        capabilities: &run.capabilities,
        target,
        unknown: 0,
        rows,
        open_intent: child.open_intent.as_ref(),
        adopted_never_written: child.adopted_never_written,
        filter_changed: child.filter_changed,
        confirmed_plan_hash: child.confirmed_plan_hash.as_deref(),
    };
    run.children[index].decision = Some(decide(&case));
}
