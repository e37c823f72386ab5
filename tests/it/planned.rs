//! The plan that a preview shows is what the simulator then counts, by kind, over sockets.

use super::priced::{Genres, Priced};
use headwater::domain::sync::plan::Cost;
use headwater::simulator::config::Mode;
use serde_json::{Value, json};

fn shown(preview: &Value) -> Cost {
    let kind = |name: &str| u32::try_from(preview["request_kinds"][name].as_u64().unwrap()).unwrap();
    Cost {
        snapshots: kind("snapshots"),
        base_pages: kind("base_pages"),
        artists: kind("artists"),
        lookups: kind("lookups"),
        child_reads: kind("child_reads"),
        writes: kind("writes"),
    }
}

/// The plan, then the run: both must say the same.
async fn check(priced: &Priced, what: &str) -> Cost {
    let preview = priced.preview().await;
    let (run, counted) = priced.sync().await;
    assert_eq!(shown(&preview), counted, "{what}: {run}");
    assert_eq!(preview["requests"], counted.total(), "{what}");
    assert_eq!(run["total_api_requests"], counted.total(), "{what}");
    counted
}

async fn check_states(size: usize, mode: Mode, genres: Genres) {
    let what = format!("{size} songs, {mode:?}, genres {genres:?}");
    let priced = Priced::new(size, mode, genres, 0).await;
    let without_cache = priced.preview().await["without_cache"]["requests"].clone();
    check(&priced, &format!("{what}, cold")).await;
    let unchanged = check(&priced, &format!("{what}, unchanged")).await;
    assert_eq!(unchanged.total(), 1, "{what}, unchanged: {unchanged:?}");
    priced.change();
    let changed = check(&priced, &format!("{what}, changed")).await;
    let (written, each) = (if genres == Genres::Withheld { 4 } else { 5 }, if size / 5 > 100 { 2 } else { 1 });
    assert_eq!(changed.writes, written * each, "{what}, changed");

    // A preview reads artists, so that the cold run needs a world that was never previewed.
    let cold = Priced::new(size, mode, genres, 0).await.sync().await.1;
    assert_eq!(without_cache, cold.total(), "{what}, cold without a preview");
    let warm = Priced::new(size, mode, genres, size * 4 / 5).await.sync().await.1;
    let artists = if cold.artists > 0 { cold.artists.div_ceil(5) } else { 0 };
    assert_eq!(warm, Cost { artists, ..cold }, "{what}, warm");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_is_what_the_simulator_counts_in_every_mode_and_state() {
    check_states(1_000, Mode::Extended, Genres::Delivered).await;
    for size in [100, 600] {
        for mode in [Mode::Extended, Mode::Development] {
            check_states(size, mode, Genres::NoRule).await;
            check_states(size, mode, Genres::Delivered).await;
        }
        check_states(size, Mode::Development, Genres::Withheld).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_sees_what_was_changed_outside() {
    let priced = Priced::new(100, Mode::Extended, Genres::NoRule, 0).await;
    check(&priced, "cold").await;
    let one = priced.world.held(&priced.lists[1])[..1].to_vec();
    priced.world.simulator.remove_rows(&priced.lists[0], 3..5).unwrap();
    let changed = check(&priced, "a child lost songs").await;
    assert_eq!((changed.child_reads, changed.writes), (1, 1));
    priced.world.simulator.add_rows(&priced.lists[0], None, &one).unwrap();
    check(&priced, "a child gained a song").await;
    priced.world.simulator.unfollow(&priced.world.user, &priced.lists[2]).unwrap();
    let preview = priced.preview().await;
    assert_eq!(preview["children"][2]["verdict"], json!("skipped"), "{preview}");
    check(&priced, "a child was unfollowed").await;
}
