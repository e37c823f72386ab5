//! Step 1, the long part: the rows of the base, all pages after the first at once.

use super::checkpoint::BasePage;
use super::command::{Commit, Request};
use super::input::{Answer, BaseRow};
use super::pages::{Pages, Reading};
use super::run::Run;
use super::stage::Stage;
use super::{enrich, finish};
use crate::domain::sync::batch::PLAYLIST_LEN_MAX;
use crate::domain::track::SkippedRow;
use std::collections::{HashMap, HashSet};

/// Asks for the first page, or for those that the run before this one had not read.
pub fn begin(run: &mut Run) -> Stage {
    let kept = run.input.checkpoint.take().unwrap_or_default();
    let kept = kept.pages_at(run.base_snapshot.as_deref());
    if kept.is_empty() {
        ask(run, 0);
        return Stage::Base(Pages::new());
    }
    run.progress.total += kept.len() as u32;
    run.progress.done += kept.len() as u32;
    let have: HashSet<u32> = kept.iter().map(|page| page.offset).collect();
    let mut stage = Stage::Base(Pages::new());
    for page in kept {
        let Stage::Base(pages) = stage else { break };
        stage = take(pages, run, page, &have);
    }
    stage
}

fn ask(run: &mut Run, offset: u32) {
    run.fetch(Request::BaseItems { playlist: run.input.base.playlist.clone(), offset });
}

/// Takes one page.
pub fn answered(pages: Pages<BaseRow>, run: &mut Run, request: &Request, answer: Answer) -> Stage {
    let (Request::BaseItems { offset, .. }, Answer::BasePage { rows, total, popularity_present }) = (request, answer)
    else {
        return Stage::Base(pages);
    };
    run.advance();
    let page = BasePage { offset: *offset, total, popularity_present, rows };
    run.keep_page(page.clone());
    take(pages, run, page, &HashSet::new())
}

/// Takes a page that was read, now or by the run before; `have`: pages that need not be asked for.
fn take(mut pages: Pages<BaseRow>, run: &mut Run, page: BasePage, have: &HashSet<u32>) -> Stage {
    let BasePage { offset, total, popularity_present, rows } = page;
    if total as usize > PLAYLIST_LEN_MAX {
        let message = format!(
            "The base playlist holds {total} songs; Headwater reads at most {PLAYLIST_LEN_MAX}. Nothing was written."
        );
        finish::impossible(run, message);
        return Stage::Closing;
    }
    if !popularity_present && rows.iter().any(|row| matches!(row, BaseRow::Track(_))) {
        run.capabilities.popularity = false;
    }
    match pages.take(offset, rows, total, repeats) {
        Reading::Ask(offsets) => {
            let again = offsets == [0];
            if again {
                run.forget_pages();
            }
            let missing = offsets.into_iter().filter(|offset| again || !have.contains(offset));
            missing.for_each(|offset| ask(run, offset));
            Stage::Base(pages)
        }
        Reading::Wait => Stage::Base(pages),
        Reading::Complete { rows, whole } => done(run, rows, whole),
    }
}

/// Whether one row shows up on two pages: the list shifted between them.
fn repeats(pages: &[&[BaseRow]]) -> bool {
    let mut page_of = HashMap::with_capacity(pages.iter().map(|rows| rows.len()).sum());
    for (number, rows) in pages.iter().enumerate() {
        for row in rows.iter() {
            let BaseRow::Track(track) = row else { continue };
            if *page_of.entry((track.uri.as_str(), track.added_at_ms)).or_insert(number) != number {
                return true;
            }
        }
    }
    false
}

fn done(run: &mut Run, rows: Vec<BaseRow>, whole: bool) -> Stage {
    // Pages that never fitted together are good enough to write, but the next run must look again.
    run.base_read = whole;
    // Growing by doubling would hold up to three times as much for a moment.
    run.tracks.reserve_exact(rows.len());
    let mut skipped = Vec::new();
    for (row, position) in rows.into_iter().zip(1..) {
        match row {
            BaseRow::Track(track) => {
                let mut track = *track;
                track.position = position;
                run.input.tags.mark(&mut track);
                run.tracks.push(track);
            }
            BaseRow::Skipped(row) => skipped.push(SkippedRow { position, ..row }),
        }
    }
    run.save_pages();
    run.skipped = skipped.len() as u32;
    run.commit(Commit::BaseRead { tracks: run.tracks.len() as u32, skipped });
    enrich::begin(run)
}
