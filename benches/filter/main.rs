//! The filter engine against its rivals: `cargo bench --bench filter --features ssr`.
//!
//! All arms run in turns in one process on the same songs; medians are printed with the ratios, and ratios are never
//! compared across machines. All arms must find the same songs, or nothing is printed.
//!
//! - columnar: the filter is read into leaves, answered and counted; the columns are there, as in a live preview.
//! - fresh: the same with columns made anew, as in the first preview or in a sync.
//! - compiled: song by song, compiling included.
//! - oracle: the tree walker of the property tests.
//! - sqlite, json logic: see their files; both get their songs, folded, beforehand.

mod json_logic;
mod songs;
mod sqlite;

use headwater::domain::capability::Capabilities;
use headwater::domain::filter::columns::Columns;
use headwater::domain::filter::compile::{EvalContext, compile};
use headwater::domain::filter::dates::local_day;
use headwater::domain::filter::evaluate::Verdict;
use headwater::domain::filter::judge::{count_rules, judge};
use headwater::domain::filter::oracle;
use headwater::domain::filter::rule::Filter;
use headwater::domain::track::FilterableTrack;
use json_logic::JsonLogic;
use sqlite::Sqlite;
use std::hint::black_box;
use std::time::{Duration, Instant};

const TRACKS: usize = 10_000;
const ROUNDS: usize = 9;
/// Quick arms run so often in each round: one run of some microseconds says little.
const QUICK: u32 = 20;
/// Goals G6: times faster than the oracle, than SQLite on one filter, than SQLite on twenty.
const GOALS: (f64, f64, f64) = (50.0, 2.0, 5.0);
const ARMS: [&str; 6] = ["columnar", "fresh", "compiled", "oracle", "sqlite", "json logic"];

struct Bench<'a> {
    tracks: &'a [FilterableTrack],
    columns: Columns<'a>,
    context: &'a EvalContext,
    today: i32,
    sqlite: Sqlite,
    json_logic: JsonLogic,
}

fn timed<T>(times: u32, work: &mut dyn FnMut() -> T) -> (f64, T) {
    let mut result = black_box(work());
    let start = Instant::now();
    for _ in 0..times {
        result = black_box(work());
    }
    (milliseconds(start.elapsed()) / f64::from(times), result)
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}

fn median(times: &mut [f64]) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

impl Bench<'_> {
    fn columnar(&self, columns: &Columns<'_>, filters: &[&Filter]) -> Vec<i64> {
        let judged = judge(columns, filters, self.context).expect("the filters compile");
        judged.iter().map(|verdicts| i64::from(verdicts.yes.count())).collect()
    }

    fn compiled(&self, filter: &Filter) -> i64 {
        let compiled = compile(filter, self.context).expect("the filters compile");
        self.tracks.iter().filter(|track| compiled.verdict(track) == Verdict::Yes).count() as i64
    }

    fn oracle(&self, filter: &Filter) -> i64 {
        let says = |track: &&FilterableTrack| oracle::verdict(filter, track, self.context) == Verdict::Yes;
        self.tracks.iter().filter(says).count() as i64
    }

    /// Medians of all arms, in their order.
    fn run(&mut self, filters: &[&Filter]) -> [f64; 6] {
        let statements: Vec<&'static str> =
            filters.iter().map(|filter| sqlite::statement(filter, self.today)).collect();
        let logic: Vec<_> = filters.iter().map(|filter| self.json_logic.compile(filter, self.today)).collect();
        let mut times: [Vec<f64>; 6] = Default::default();
        for _ in 0..ROUNDS {
            let (columnar, found) = timed(QUICK, &mut || self.columnar(&self.columns, filters));
            let (fresh, same) = timed(1, &mut || self.columnar(&Columns::new(self.tracks), filters));
            assert_eq!(same, found, "fresh columns differ");
            let (compiled, same) =
                timed(1, &mut || filters.iter().map(|filter| self.compiled(filter)).collect::<Vec<_>>());
            assert_eq!(same, found, "compiled filters differ");
            let (sqlite, same) = timed(5, &mut || self.sqlite.counts(&statements));
            assert_eq!(same, found, "SQLite differs: {statements:?}");
            let (json, same) =
                timed(1, &mut || logic.iter().map(|logic| self.json_logic.count(logic)).collect::<Vec<_>>());
            assert_eq!(same, found, "JsonLogic differs");
            let start = Instant::now();
            let same: Vec<i64> = filters.iter().map(|filter| self.oracle(filter)).collect();
            let oracle = milliseconds(start.elapsed());
            assert_eq!(same, found, "the oracle differs");
            for (all, one) in times.iter_mut().zip([columnar, fresh, compiled, oracle, sqlite, json]) {
                all.push(one);
            }
        }
        times.map(|mut times| median(&mut times))
    }

    /// What a keystroke costs once the columns are there, and the first one.
    fn preview(&self, filter: &Filter) {
        let count = |columns: &Columns<'_>| count_rules(columns, filter, self.context).expect("it compiles");
        let mut ready: Vec<f64> = (0..ROUNDS).map(|_| timed(QUICK, &mut || count(&self.columns)).0).collect();
        let mut fresh: Vec<f64> = (0..ROUNDS).map(|_| timed(1, &mut || count(&Columns::new(self.tracks))).0).collect();
        let (ready, fresh) = (median(&mut ready), median(&mut fresh));
        println!("counts of every rule of a filter of 10 rules: {ready:.3} ms, with fresh columns {fresh:.3} ms");
    }
}

fn print(name: &str, medians: [f64; 6]) -> [f64; 2] {
    let columnar = medians[0];
    println!("{name}");
    for (arm, median) in ARMS.iter().zip(medians) {
        println!("    {arm:10} {median:10.3} ms   {:8.1} times columnar", median / columnar);
    }
    [medians[3] / columnar, medians[4] / columnar]
}

/// No sums: the slowest filter would speak for all of them. The least ratio is what counts.
fn goal(name: &str, ratios: &[f64], goal: f64) {
    let least = ratios.iter().copied().fold(f64::INFINITY, f64::min);
    let mean = (ratios.iter().map(|ratio| ratio.ln()).sum::<f64>() / ratios.len() as f64).exp();
    let verdict = if least >= goal { "held" } else { "missed" };
    println!("G6 {name}: goal {goal:.0} times, least {least:.1}, geometric mean {mean:.1}: {verdict}");
}

fn main() {
    let tracks = songs::songs(TRACKS);
    let zone = vec![(i64::MIN, 3_600)];
    let context = EvalContext { now_ms: songs::NOW_MS, zone: zone.clone(), capabilities: Capabilities::ALL };
    let mut bench = Bench {
        columns: Columns::new(&tracks),
        context: &context,
        today: local_day(songs::NOW_MS, &zone),
        sqlite: Sqlite::new(&tracks, &zone),
        json_logic: JsonLogic::new(&tracks, &zone),
        tracks: &tracks,
    };
    println!("{TRACKS} songs, medians of {ROUNDS} rounds");
    let single: Vec<[f64; 2]> =
        songs::single().iter().map(|(name, filter)| print(name, bench.run(&[filter]))).collect();
    let family = songs::family();
    let all: Vec<&Filter> = family.iter().collect();
    let twenty = print("twenty filters that share leaves", bench.run(&all));
    bench.preview(&songs::ten_rules());
    goal("oracle, one filter", &single.iter().map(|ratios| ratios[0]).collect::<Vec<_>>(), GOALS.0);
    goal("SQLite, one filter", &single.iter().map(|ratios| ratios[1]).collect::<Vec<_>>(), GOALS.1);
    goal("SQLite, twenty filters", &twenty[1..], GOALS.2);
}
