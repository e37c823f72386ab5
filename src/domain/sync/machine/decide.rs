//! What becomes of one child, before anything is written. The preview calls this very function, so that
//! what it shows is what a sync does.

use super::input::OpenIntent;
use crate::domain::capability::Capabilities;
use crate::domain::filter::rule::Filter;
use crate::domain::sync::diff::{Row, WriteKind, WritePlan, plan_hash, plan_writes};
use crate::domain::sync::event::ChildOutcome;

/// Removals below this are never held (promise P5).
const HELD_REMOVALS_MIN: usize = 10;

/// What decides over a child.
#[derive(Debug, Clone, Copy)]
pub struct ChildCase<'a> {
    pub filter: &'a Filter,
    pub capabilities: &'a Capabilities,
    /// What routing gives it, in order.
    pub target: &'a [String],
    /// Songs that cannot be judged because Spotify withholds a field.
    pub unknown: u32,
    /// What it holds.
    pub rows: &'a [Row],
    pub open_intent: Option<&'a OpenIntent>,
    pub adopted_never_written: bool,
    pub filter_changed: bool,
    pub confirmed_plan_hash: Option<&'a str>,
}

/// What becomes of a child.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// It is not written, for this reason.
    Untouched { outcome: ChildOutcome, reason: String },
    /// It holds what it should.
    Unchanged,
    /// It is written.
    Write(WritePlan),
}

/// The verdict with its numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    pub verdict: Verdict,
    pub target: Vec<String>,
    /// What it holds, where known.
    pub rows: Option<Vec<Row>>,
    pub matched: u32,
    pub added: u32,
    pub removed: u32,
    pub kept: u32,
    /// Names this very result, for a confirmation.
    pub plan_hash: Option<String>,
}

impl Decision {
    /// A child that is not looked into.
    pub fn untouched(outcome: ChildOutcome, reason: String) -> Self {
        Self {
            verdict: Verdict::Untouched { outcome, reason },
            target: Vec::new(),
            rows: None,
            matched: 0,
            added: 0,
            removed: 0,
            kept: 0,
            plan_hash: None,
        }
    }

    /// A child that Spotify's library does not list.
    pub fn not_listed() -> Self {
        let reason =
            "It is not in your library on Spotify. It was not written. Follow it again there, or make a new one.";
        Self::untouched(ChildOutcome::Skipped, reason.to_owned())
    }

    /// A child with songs that cannot be judged: never written (promise P5).
    pub fn cannot_judge(filter: &Filter, capabilities: &Capabilities, matched: u32) -> Self {
        let labels: Vec<&str> = filter.withheld_fields(capabilities).iter().map(|field| field.label).collect();
        let fields = if labels.is_empty() { "a needed field".to_owned() } else { labels.join(", ").to_lowercase() };
        let mut reason = format!("Cannot judge: Spotify does not deliver {fields} to this app. It was not written.");
        if labels.contains(&"Liked") {
            reason.push_str(" Sign out and in again to allow reading your Liked Songs.");
        }
        Self { matched, ..Self::untouched(ChildOutcome::Skipped, reason) }
    }
}

/// Decides over one child whose contents are known.
pub fn decide(case: &ChildCase<'_>) -> Decision {
    let matched = case.target.len() as u32;
    if case.unknown > 0 {
        return Decision::cannot_judge(case.filter, case.capabilities, matched);
    }
    let hash = plan_hash(case.rows, case.target);
    let known = Decision {
        verdict: Verdict::Unchanged,
        target: case.target.to_vec(),
        rows: Some(case.rows.to_vec()),
        matched,
        added: 0,
        removed: 0,
        kept: matched,
        plan_hash: Some(hash),
    };
    let plan = match plan_writes(case.rows, case.target) {
        Ok(plan) => plan,
        Err(error) => {
            let reason = format!("{}. It was not written.", capitalized(&error.to_string()));
            return Decision {
                verdict: Verdict::Untouched { outcome: ChildOutcome::Failed, reason },
                kept: 0,
                ..known
            };
        }
    };
    let counted =
        Decision { added: plan.added.len() as u32, removed: plan.removed.len() as u32, kept: plan.kept, ..known };
    if plan.kind == WriteKind::Nothing {
        return counted;
    }
    match held(case, &plan, counted.plan_hash.as_deref()) {
        Some(reason) => Decision { verdict: Verdict::Untouched { outcome: ChildOutcome::Held, reason }, ..counted },
        None => Decision { verdict: Verdict::Write(plan), ..counted },
    }
}

/// Why the plan waits for a confirmation, if it does.
fn held(case: &ChildCase<'_>, plan: &WritePlan, hash: Option<&str>) -> Option<String> {
    let confirmed = hash.is_some() && case.confirmed_plan_hash == hash;
    // An interrupted run had passed this gate with the very same target.
    let begun = case.open_intent.is_some_and(|intent| intent.new == case.target);
    let held = case.rows.iter().filter(|row| !row.fixed).count();
    // Rows, not songs: a second copy that goes is a removal too.
    let removed = held.saturating_sub(plan.kept as usize);
    if confirmed || begun || removed == 0 {
        return None;
    }
    if case.adopted_never_written {
        return Some(format!(
            "This playlist was linked with its contents, and {removed} of its {held} songs would be removed. \
             It was not written: look at the songs and confirm."
        ));
    }
    let many = removed * 2 > held && removed >= HELD_REMOVALS_MIN;
    (many && !case.filter_changed).then(|| {
        format!(
            "{removed} of {held} songs would be removed although its filter did not change. \
             It was not written: look at the songs and confirm."
        )
    })
}

fn capitalized(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
