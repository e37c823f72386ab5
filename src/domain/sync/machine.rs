//! One sync as a pure state machine: `step(State, Event) -> (State, Vec<Command>)`. No clock, no
//! randomness, no I/O: a thin driver carries the commands out, and a simulation runs thousands of syncs
//! a second through this very code.
//!
//! Absent on purpose: what a song, a filter or a request body looks like. The machine knows which pages,
//! artists and writes there are, in which order, and what to do when one of them fails.

pub mod checkpoint;
pub mod command;
mod contents;
mod dead_song;
pub mod decide;
mod enrich;
mod finish;
mod hands;
pub mod input;
mod jitter;
mod lookups;
mod pages;
mod read_base;
mod retrieve;
mod run;
pub mod stage;
#[cfg(test)]
mod tests;
pub(in crate::domain) mod traffic;
pub(in crate::domain) mod words;
mod write;
mod write_child;
mod write_recover;

pub use words::changed_just_now;

use command::Command;
use input::{Event, RunInput};
use run::Run;
use stage::{Stage, State};
use traffic::{Settled, Woken};

/// Begins a run. Every run ends with `Command::Done`, whatever happens.
pub fn start(input: RunInput) -> (State, Vec<Command>) {
    let mut run = Box::new(Run::new(input));
    let stage = retrieve::begin(&mut run);
    give(run, stage)
}

/// Takes one event; gives the state after it and what to do now, in this order.
/// Events that nobody waits for any more change nothing.
pub fn step(state: State, event: Event) -> (State, Vec<Command>) {
    let State { mut run, stage } = state;
    if stage == Stage::Ended {
        return (State { run, stage }, Vec::new());
    }
    let stage = match event {
        Event::Fetched { no, result, now_ms } => match run.traffic.answered(no, result, now_ms, &mut run.out) {
            Settled::Answer(request, answer) => stage.answered(&mut run, &request, answer),
            Settled::Failed(failure) => stage.failed(&mut run, failure),
            Settled::Paused => {
                run.heartbeat();
                stage.put_off(&mut run)
            }
            Settled::Waiting => stage.put_off(&mut run),
            Settled::Stale => stage,
        },
        Event::Woke { no, now_ms } => match run.traffic.woke(no, now_ms, &mut run.out) {
            Woken::Settled(playlist) => stage.settled(&mut run, &playlist),
            Woken::PauseOver => {
                run.heartbeat();
                stage
            }
            Woken::Traffic | Woken::Stale => stage,
        },
        Event::ArtistsFound { found } => stage.artists_found(&mut run, found),
        Event::Committed { no } if run.committed(no) => stage.durable(&mut run),
        Event::Committed { .. } => stage,
        Event::CancelRequested => stage.cancel(&mut run),
        Event::OwnershipLost => Stage::end(&mut run),
    };
    give(run, stage)
}

fn give(mut run: Box<Run>, stage: Stage) -> (State, Vec<Command>) {
    let mut out = std::mem::take(&mut run.out);
    run.traffic.pump(&mut out);
    (State { run, stage }, out)
}
