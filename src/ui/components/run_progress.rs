//! How far a running sync is, step by step, and the button that stops it.

use crate::domain::sync::event::SyncPhase;
use crate::domain::sync::progress::{RunProgress, TimeLeft};
use crate::server_fns::sync_events::CancelSync;
use crate::ui::components::icon::Icon;
use crate::ui::components::live_run::LiveRun;
use crate::ui::components::loading::follow;
use crate::ui::components::sync_panel::RELOAD;
use crate::ui::components::sync_words::{counted, phase_words};
use crate::ui::components::times::{about_words, clock_words, epoch_seconds};
use leptos::prelude::*;

const STEPS: [SyncPhase; 4] = [SyncPhase::Retrieving, SyncPhase::Enriching, SyncPhase::Routing, SyncPhase::Writing];

/// Percent, time left, steps and *Cancel* while it runs; told aloud when a step begins and at the end, never between.
#[component]
pub fn RunProgressPanel(run: LiveRun) -> impl IntoView {
    let is_running = Memo::new(move |_| run.is_running());
    let told = Memo::new(move |_| match run.is_running() {
        true => run.progress.with(told_words),
        false => run.event.with(|event| format!("The sync has ended: {}.", event.word().as_str())),
    });
    view! {
        // Where it ran as the page was opened, the region outlives the panel to tell the end.
        {is_running
            .get_untracked()
            .then(|| {
                view! {
                    <p class="visually-hidden" role="status">
                        {move || told.get()}
                    </p>
                }
            })}
        {move || is_running.get().then(|| view! { <Panel run /> })}
    }
}

#[component]
fn Panel(run: LiveRun) -> impl IntoView {
    let cancel = ServerAction::<CancelSync>::new();
    follow(cancel);
    let (id, label) = run.event.with_untracked(|event| (event.id.to_string(), format!("Sync of {}", event.base_name)));
    let progress = run.progress;
    let percent = Memo::new(move |_| progress.with(|progress| progress.percent));
    let is_stopping = Memo::new(move |_| progress.with(|progress| progress.stopping));
    view! {
        <noscript inner_html=RELOAD></noscript>
        <section class="panel run-progress" aria-label="Progress">
            <p class="run-progress-head">
                <strong class="run-percent">{move || format!("{}%", percent.get())}</strong>
                " "
                <span>{move || progress.with(|progress| pace_words(progress, run.clock.get()))}</span>
            </p>
            <progress max="100" value=move || percent.get().to_string() aria-label=label></progress>
            <Steps progress />
            <p class="quiet">{move || progress.with(|progress| spent_words(run, progress))}</p>
            <p class="quiet">"You can leave: the sync goes on without this page."</p>
            <ActionForm action=cancel>
                <input type="hidden" name="event_id" value=id />
                <button type="submit" class="button" aria-disabled=move || is_stopping.get().then_some("true")>
                    {move || if is_stopping.get() { "Stopping" } else { "Cancel sync" }}
                </button>
            </ActionForm>
        </section>
    }
}

#[component]
fn Steps(progress: RwSignal<RunProgress>) -> impl IntoView {
    let steps = STEPS.into_iter().map(|step| {
        let state = Memo::new(move |_| progress.with(|progress| Turn::of(step, progress.phase)));
        view! {
            <li
                class=move || state.get().class()
                aria-current=move || (state.get() == Turn::Now).then_some("step")
            >
                {move || view! { <Icon name=state.get().icon() /> }}
                {phase_words(step)}
                <span class="visually-hidden">{move || state.get().words()}</span>
                <span class="quiet">
                    {move || match state.get() {
                        Turn::Now => progress.with(count_words),
                        Turn::Done | Turn::Later => String::new(),
                    }}
                </span>
            </li>
        }
    });
    view! { <ol class="run-steps">{steps.collect_view()}</ol> }
}

/// Where a step stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Turn {
    Done,
    Now,
    Later,
}

impl Turn {
    fn of(step: SyncPhase, phase: SyncPhase) -> Self {
        let place = |wanted| SyncPhase::ALL.iter().position(|one| *one == wanted);
        match place(step).cmp(&place(phase)) {
            std::cmp::Ordering::Less => Self::Done,
            std::cmp::Ordering::Equal => Self::Now,
            std::cmp::Ordering::Greater => Self::Later,
        }
    }

    const fn class(self) -> &'static str {
        match self {
            Self::Done => "run-step run-step-done",
            Self::Now => "run-step run-step-now",
            Self::Later => "run-step",
        }
    }

    const fn icon(self) -> &'static str {
        match self {
            Self::Done => "check",
            Self::Now => "sync",
            Self::Later => "clock",
        }
    }

    const fn words(self) -> &'static str {
        match self {
            Self::Done => ": done",
            Self::Now => ": now",
            Self::Later => ": later",
        }
    }
}

/// What is told aloud: it changes with the step, and with a wait.
fn told_words(progress: &RunProgress) -> String {
    match (progress.stopping, &progress.waiting_until) {
        (true, _) => "Stopping at the next safe point.".to_owned(),
        (false, Some(_)) => "Waiting for Spotify.".to_owned(),
        (false, None) => phase_words(progress.phase).to_owned(),
    }
}

/// " · 12 of 40", with what the cache spared.
fn count_words(progress: &RunProgress) -> String {
    let steps = match progress.steps.total {
        0 => String::new(),
        total => format!(" · {} of {total}", progress.steps.done),
    };
    if progress.phase != SyncPhase::Enriching || progress.cache_asked == 0 {
        return steps;
    }
    let (found, asked) = (progress.cache_found, counted(progress.cache_asked, "artist"));
    format!("{steps} · {found} of {asked} known already")
}

/// What goes on at this second: a wait as a countdown, or the time left.
fn pace_words(progress: &RunProgress, now: i64) -> String {
    if progress.stopping {
        return "Stopping at the next safe point".to_owned();
    }
    let until = progress.waiting_until.as_deref().and_then(epoch_seconds);
    match until.filter(|until| *until > now) {
        Some(until) => {
            let left = u64::try_from(until - now).unwrap_or(0);
            format!("Spotify asked us to wait: it goes on in {}", clock_words(left * 1_000))
        }
        None => progress.time_left.map_or_else(String::new, left_words),
    }
}

/// "2 to 4 min left" while little is known, "about 2 min left" later.
pub fn left_words(left: TimeLeft) -> String {
    let (least, most) = (about_words(left.least_seconds), about_words(left.most_seconds));
    let minutes = (left.least_seconds / 60, left.most_seconds.div_ceil(60));
    if least == most || minutes.1 <= 1 {
        return format!("{most} left");
    }
    match minutes {
        (0, most) => format!("up to {most} min left"),
        (least, most) if most <= least + 1 => format!("{} left", about_words(left.middle())),
        (least, most) => format!("{least} to {most} min left"),
    }
}

fn spent_words(run: LiveRun, progress: &RunProgress) -> String {
    let started = run.event.with_untracked(|event| epoch_seconds(&event.started_at));
    let seconds = started.map_or(0, |started| (run.clock.get() - started).max(0));
    let spent = clock_words(u64::try_from(seconds).unwrap_or(0) * 1_000);
    format!("{spent} so far · {} to Spotify", counted(progress.requests, "request"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_left_is_a_range_first_and_one_number_later() {
        let cases = [
            ((3, 5), "a few seconds left"),
            ((20, 55), "about 60 s left"),
            ((20, 200), "up to 4 min left"),
            ((130, 420), "2 to 7 min left"),
            ((130, 170), "about 3 min left"),
        ];
        for ((least_seconds, most_seconds), words) in cases {
            assert_eq!(left_words(TimeLeft { least_seconds, most_seconds }), words);
        }
    }
}
