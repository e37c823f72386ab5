//! What a sync costs: `cargo make cost`, or `cargo bench --features ssr --bench cost --profile dev`.
//!
//! Section 7 of the quality page, counted by the simulator over sockets, beside the formula and beside what the
//! founding document's own formula gives. The throttle is off: only the number of requests counts here.

#[path = "../../tests/it/priced.rs"]
#[expect(dead_code, reason = "the tests use the rest of it")]
mod priced;
#[path = "../../tests/it/world.rs"]
#[expect(dead_code, reason = "the tests use the rest of it")]
mod world;

use headwater::domain::capability::ApiMode;
use headwater::domain::sync::plan::{ChildCost, Cost, CostInput, Lookups, cost};
use headwater::simulator::config::Mode;
use priced::{Genres, Priced};
use std::process::ExitCode;

const SONGS: usize = 5_000;
const CHILDREN: u32 = 5;

/// One line of the table.
struct Line {
    name: &'static str,
    measured: u32,
    formula: u32,
    founding: u32,
    goal: Goal,
}

/// What the founding formula's share may be, or the number itself.
#[derive(Clone, Copy)]
enum Goal {
    Share(f64),
    Exactly(u32),
}

impl Line {
    fn share(&self) -> f64 {
        f64::from(self.measured) / f64::from(self.founding)
    }

    fn is_met(&self) -> bool {
        let reached = match self.goal {
            Goal::Share(most) => self.share() <= most,
            Goal::Exactly(requests) => self.measured == requests,
        };
        reached && self.measured == self.formula
    }

    fn print(&self) {
        let Self { name, measured, formula, founding, .. } = self;
        let goal = match self.goal {
            Goal::Share(most) => format!("≤ {most}"),
            Goal::Exactly(requests) => format!("= {requests}"),
        };
        let verdict = if self.is_met() { "met" } else { "MISSED" };
        println!("{name:<38} {measured:>9} {formula:>8} {founding:>9} {:>7.4}  {goal:<8} {verdict}", self.share());
    }
}

/// What the founding document asks, by its own words: pages, songs, artists, albums, two requests a child.
fn founding(mode: ApiMode) -> u32 {
    let songs = SONGS as u32;
    match mode {
        ApiMode::Extended => songs.div_ceil(50) * 3 + songs.div_ceil(20) + 2 * CHILDREN,
        ApiMode::Development => songs.div_ceil(50) + 3 * songs + 2 * CHILDREN,
    }
}

/// The table of the quality page: `artists` to look up, and requests of each child's writes.
fn formula(mode: ApiMode, artists: u32, writes: &[u32]) -> u32 {
    let children = writes.iter().map(|&write_requests| ChildCost { unknown_contents_total: None, write_requests });
    cost(&CostInput {
        library_total: 50,
        base_total: SONGS as u32,
        children: children.collect(),
        unseen_artists: artists,
        needs_artists: true,
        mode,
        artists_delivered: true,
        lookups: Lookups::default(),
    })
    .total()
}

async fn measured(priced: &Priced) -> u32 {
    let (run, counted): (_, Cost) = priced.sync().await;
    assert_eq!(run["total_api_requests"], counted.total(), "{run}");
    counted.total()
}

async fn lines_of(mode: Mode) -> Vec<Line> {
    let api = match mode {
        Mode::Extended => ApiMode::Extended,
        Mode::Development => ApiMode::Development,
    };
    let line = |name, measured, formula, goal| Line { name, measured, formula, founding: founding(api), goal };
    let (cold, kept) = ([10; 5], [2; 5]);
    let shares = match mode {
        Mode::Extended => [0.45, 0.27, 0.31, 0.20],
        Mode::Development => [0.35, 0.011, 0.35, 0.011],
    };
    let full = Priced::new(SONGS, mode, Genres::Delivered, 0).await;
    let mut lines =
        vec![line("cold, genre rule", measured(&full).await, formula(api, 5_000, &cold), Goal::Share(shares[0]))];
    lines.push(line("unchanged", measured(&full).await, 1, Goal::Exactly(1)));
    full.change();
    let requests = measured(&full).await;
    lines.push(line("1 % changed, at the base's end", requests, formula(api, 50, &kept), Goal::Share(shares[3])));
    drop(full);
    let plain = Priced::new(SONGS, mode, Genres::NoRule, 0).await;
    let requests = measured(&plain).await;
    lines.push(line("cold, no artist rule", requests, formula(api, 0, &cold), Goal::Share(shares[1])));
    drop(plain);
    let warm = Priced::new(SONGS, mode, Genres::Delivered, SONGS * 4 / 5).await;
    let requests = measured(&warm).await;
    lines.push(line("warm at 80 %, genre rule", requests, formula(api, 1_000, &cold), Goal::Share(shares[2])));
    drop(warm);
    if mode == Mode::Development {
        let withheld = Priced::new(SONGS, mode, Genres::Withheld, 0).await;
        let requests = measured(&withheld).await;
        let name = "cold, genres withheld, 4 can be judged";
        lines.push(line(name, requests, formula(api, 0, &[10; 4]), Goal::Share(0.011)));
    }
    lines
}

#[tokio::main]
async fn main() -> ExitCode {
    println!("{SONGS} songs with an artist each, {CHILDREN} children of {} songs.\n", SONGS as u32 / CHILDREN);
    let mut missed = 0;
    for (mode, goal) in [(Mode::Extended, "G1, batch mode"), (Mode::Development, "G2, development mode")] {
        let (name, all) = (format!("{goal}: requests"), ["measured", "formula", "founding", "share", "goal"]);
        println!("{name:<38} {:>9} {:>8} {:>9} {:>7}  {}", all[0], all[1], all[2], all[3], all[4]);
        let lines = lines_of(mode).await;
        lines.iter().for_each(Line::print);
        missed += lines.iter().filter(|line| !line.is_met()).count();
        println!();
    }
    if missed > 0 {
        println!("{missed} missed.");
        return ExitCode::FAILURE;
    }
    println!("All met; measured and formula are equal everywhere.");
    ExitCode::SUCCESS
}
