use super::picture::{columns, scale_top, steps};
use super::*;
use crate::domain::sync::machine::command::Request;
use crate::domain::sync::machine::input::{Fault, FaultKind};
use crate::domain::sync::machine::traffic::Failure;
use crate::domain::sync::machine::words;
use proptest::prelude::*;
use uuid::Uuid;

fn run(day: i32, word: SyncWord) -> EndedRun {
    let status = match word {
        SyncWord::Failed | SyncWord::Cancelled => SyncStatus::Failed,
        SyncWord::Done | SyncWord::PartlyDone | SyncWord::Queued | SyncWord::Syncing => SyncStatus::Completed,
    };
    EndedRun {
        day,
        status,
        word,
        seconds: 4,
        requests: 3,
        requests_saved: 2,
        cache_asked: 10,
        cache_found: 5,
        error_message: None,
    }
}

fn runs() -> impl Strategy<Value = Vec<EndedRun>> {
    let word = prop_oneof![
        Just(SyncWord::Done),
        Just(SyncWord::PartlyDone),
        Just(SyncWord::Failed),
        Just(SyncWord::Cancelled)
    ];
    prop::collection::vec((0..366_i32, word, 0..5_000_u32, 0..900_u32), 0..60).prop_map(|all| {
        let of = |(day, word, seconds, requests)| EndedRun { seconds, requests, ..run(day, word) };
        all.into_iter().map(of).collect()
    })
}

proptest! {
    #[test]
    fn periods_cover_all_days_and_add_up_to_the_whole(runs in runs(), len in 1..=366_i32) {
        let days = Days { first: 0, last: len - 1 };
        let runs: Vec<EndedRun> = runs.into_iter().filter(|run| run.day < len).collect();
        let found = insights(days, &runs, &[]);
        prop_assert!(found.periods.len() <= 53, "{}", found.periods.len());
        prop_assert_eq!(&found.periods[0].from, "1970-01-01");
        prop_assert_eq!(&found.periods[found.periods.len() - 1].to, &found.to);
        for pair in found.periods.windows(2) {
            prop_assert_eq!(day_of(&pair[0].to).unwrap() + 1, day_of(&pair[1].from).unwrap());
        }
        prop_assert_eq!(found.periods.iter().map(PeriodFigures::runs).sum::<u32>(), found.runs);
        prop_assert_eq!(found.periods.iter().map(|one| one.requests).sum::<u32>(), found.requests);
        for run in &runs {
            let within = |one: &&PeriodFigures| (day_of(&one.from).unwrap()..=day_of(&one.to).unwrap()).contains(&run.day);
            prop_assert!(found.periods.iter().find(within).unwrap().runs() > 0);
        }
        if let Some(took) = found.took {
            let longest = runs.iter().filter(|run| run.status == SyncStatus::Completed).map(|run| run.seconds).max();
            prop_assert!(took.median_seconds <= took.p90_seconds && Some(took.p90_seconds) <= longest);
        }
    }

    #[test]
    fn columns_stay_in_the_picture_and_are_as_high_as_their_numbers(stacks in prop::collection::vec([0..9_000_u32, 0..9_000, 0..9_000], 1..60)) {
        let (top, blocks) = columns(&stacks);
        for (stack, column) in stacks.iter().zip(&blocks) {
            for (part, block) in stack.iter().zip(column) {
                prop_assert!((block.height - f64::from(*part) * 100.0 / f64::from(top)).abs() < 1e-9);
                prop_assert!(block.x >= 0.0 && block.x + block.width <= 100.0 + 1e-9);
                prop_assert!(block.y >= 0.0 && block.y + block.height <= 100.0 + 1e-6);
            }
            prop_assert!((column[0].y + column[0].height - 100.0).abs() < 1e-6);
        }
        let right = |column: &[picture::Block; 3]| column[0].x + column[0].width;
        prop_assert!(blocks.windows(2).all(|pair| right(&pair[0]) <= pair[1][0].x));
    }

    #[test]
    fn a_scale_is_no_less_and_at_most_two_and_a_half_times_as_high(most in 1_u32..2_000_000_000) {
        let top = scale_top(most);
        prop_assert!(top >= most && f64::from(top) <= 2.5 * f64::from(most));
    }

    #[test]
    fn a_line_goes_from_edge_to_edge(before in 0..500_u32, values in prop::collection::vec((0.0..=1.0_f64, 0..500_u32), 0..20)) {
        let mut values = values;
        values.sort_by(|a, b| a.0.total_cmp(&b.0));
        let line = steps(before, &values);
        prop_assert!(line.iter().all(|(x, y)| (0.0..=100.0).contains(x) && (0.0..=100.0).contains(y)));
        prop_assert_eq!((line[0].0, line[line.len() - 1].0), (0.0, 100.0));
        prop_assert!(line.windows(2).all(|pair| pair[0].0 <= pair[1].0));
    }
}

#[test]
fn days_follow_from_what_is_given() {
    let today = day_of("2026-11-23").unwrap();
    let read = |from, to| Days::parse(from, to, today).map(|days| (day_text(days.first), day_text(days.last)));
    let days = |from: &str, to: &str| Ok((from.to_owned(), to.to_owned()));
    assert_eq!(read("", ""), days("2026-10-25", "2026-11-23"));
    assert_eq!(read("2026-11-01", ""), days("2026-11-01", "2026-11-23"));
    assert_eq!(read("", "2026-03-31"), days("2026-03-02", "2026-03-31"));
    assert_eq!(read("2020-01-01", ""), days("2020-01-01", "2020-12-31"));
    assert_eq!(read("2026-12-01", ""), days("2026-12-01", "2026-12-01"));
    assert_eq!(read("2026-11-23", "2026-11-22"), Err(DaysError::Backwards));
    assert_eq!(read("2025-01-01", "2026-11-22"), Err(DaysError::TooLong));
    assert_eq!(read("2026", "2026-11-22"), Err(DaysError::From));
    assert_eq!(read("", "soon"), Err(DaysError::To));
}

#[test]
fn causes_are_read_from_what_a_run_says() {
    let said = |kind| {
        let fault = Fault { kind, message: "as it is".into() };
        let failure =
            Failure { request: Request::LibraryPage { offset: 0 }, fault, tries: 5, retry_at_ms: None, unsure: false };
        FailureCause::of(&words::run_stopped("retrieving", &failure, 0, 0, 3))
    };
    let limited = |quota| FaultKind::RateLimited { retry_after_s: Some(9), quota };
    assert_eq!(said(limited(true)), FailureCause::QuotaSpent);
    assert_eq!(said(limited(false)), FailureCause::TooManyRequests);
    assert_eq!(said(FaultKind::ReconnectNeeded), FailureCause::SignInEnded);
    assert_eq!(said(FaultKind::Forbidden), FailureCause::NotAllowed);
    assert_eq!(said(FaultKind::NotFound), FailureCause::NotThere);
    assert_eq!(said(FaultKind::Transient { status: Some(503) }), FailureCause::SpotifyFailed);
    assert_eq!(said(FaultKind::Transient { status: None }), FailureCause::NoAnswer);
    assert_eq!(said(FaultKind::Malformed), FailureCause::SpotifyFailed);
    assert_eq!(FailureCause::of("The sync was interrupted by a restart."), FailureCause::Interrupted);
    assert_eq!(FailureCause::of(""), FailureCause::Other);
}

#[test]
fn failures_are_counted_by_cause_and_cancelled_ones_are_none() {
    let failed = |message: &str| EndedRun { error_message: Some(message.into()), ..run(0, SyncWord::Failed) };
    let runs = [failed("x (503)"), failed("y (429, too many)"), failed("z (500)"), run(0, SyncWord::Cancelled)];
    let found = insights(Days { first: 0, last: 0 }, &runs, &[]);
    let causes: Vec<_> = found.failures.iter().map(|one| (one.cause, one.runs)).collect();
    assert_eq!(causes, [(FailureCause::SpotifyFailed, 2), (FailureCause::TooManyRequests, 1)]);
    assert_eq!((found.took, found.cache_hit_rate), (None, Some(0.5)));
}

#[test]
fn a_child_grows_by_its_changes() {
    let id = ChildPlaylistId::from_uuid(Uuid::from_u128(1));
    let change = |day, added, removed, songs| ChildChange {
        child_playlist_id: id,
        name: format!("Name {day}"),
        base_name: "Base".into(),
        day,
        added,
        removed,
        songs,
    };
    let found =
        insights(Days { first: 0, last: 9 }, &[], &[change(1, 5, 0, 15), change(1, 1, 2, 14), change(4, 0, 4, 10)]);
    let child = &found.children[0];
    assert_eq!((child.name.as_str(), child.songs_before, child.songs), ("Name 4", 10, 10));
    assert_eq!((child.added, child.removed), (6, 6));
    let points: Vec<_> = child.points.iter().map(|point| (point.day.as_str(), point.songs)).collect();
    assert_eq!(points, [("1970-01-02", 14), ("1970-01-05", 10)]);
}
