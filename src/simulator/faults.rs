//! A script of what goes wrong: which request, the how-many-th, and how.

use super::glob;
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// Rules in order; the first whose turn it is decides.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FaultScript {
    pub rules: Vec<FaultRule>,
}

/// One rule. A rule counts the requests it fits, from 1.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FaultRule {
    /// None fits every method.
    #[serde(default)]
    pub method: Option<String>,
    /// A prefix of the path such as `/v1/me`, or with `*` a pattern for the whole: `/v1/playlists/*/items`.
    pub path: String,
    /// A part that the query must contain.
    #[serde(default)]
    pub query: Option<String>,
    #[serde(default)]
    pub occurrence: Occurrence,
    pub action: FaultAction,
}

/// Which of the fitting requests are hit: `"every"`, `3`, or `[1, 3]`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(try_from = "OccurrenceText")]
pub enum Occurrence {
    Nth(u64),
    Among(Vec<u64>),
    #[default]
    Every,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OccurrenceText {
    Nth(u64),
    Among(Vec<u64>),
    Word(String),
}

impl TryFrom<OccurrenceText> for Occurrence {
    type Error = String;

    fn try_from(text: OccurrenceText) -> Result<Self, String> {
        match text {
            OccurrenceText::Nth(nth) => Ok(Self::Nth(nth)),
            OccurrenceText::Among(wanted) => Ok(Self::Among(wanted)),
            OccurrenceText::Word(word) if word == "every" => Ok(Self::Every),
            OccurrenceText::Word(word) => Err(format!("`{word}` is no occurrence; say \"every\", 3 or [1, 3]")),
        }
    }
}

/// What happens to the request.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum FaultAction {
    /// Answers at once; nothing is applied.
    Answer {
        status: u16,
        /// Text is sent as it is, anything else as JSON; none sends Spotify's usual body for the status.
        #[serde(default)]
        body: Option<Value>,
        #[serde(default)]
        retry_after: Option<u64>,
        #[serde(default)]
        headers: BTreeMap<String, String>,
    },
    /// Drops the connection; nothing is applied.
    Reset,
    /// Applied, but the answer stops in the middle of its JSON.
    TruncatedJson,
    /// Applied, but numbers come as text and text as numbers.
    WrongTypes,
    /// Applied after this many milliseconds.
    Stall { ms: u64 },
    /// Applied, but the answer comes one byte at a time.
    Drip { ms_per_byte: u64 },
    /// Applied, but the answer is changed by this JSON merge patch.
    Merge(Value),
    /// Applied, but then the connection drops, or this status is answered instead.
    ApplyThenLose {
        #[serde(default)]
        status: Option<u16>,
    },
}

impl FaultScript {
    /// Reads the file format: `{"rules": [{"method", "path", "query", "occurrence", "action"}]}`.
    pub fn from_json(text: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text)
    }

    /// A script with one rule for every fitting request; see [`FaultRule::on`] for the others.
    pub fn of(rules: impl IntoIterator<Item = FaultRule>) -> Self {
        Self { rules: rules.into_iter().collect() }
    }
}

impl FaultRule {
    /// A rule that hits every request with this method and path.
    pub fn new(method: &str, path: &str, action: FaultAction) -> Self {
        let method = Some(method.to_owned()).filter(|method| !method.is_empty());
        Self { method, path: path.to_owned(), query: None, occurrence: Occurrence::Every, action }
    }

    /// The same rule for the named occurrences only, counted from 1.
    pub fn on(mut self, occurrences: &[u64]) -> Self {
        self.occurrence = Occurrence::Among(occurrences.to_vec());
        self
    }

    fn fits(&self, method: &str, path: &str, query: &str) -> bool {
        let method_fits = self.method.as_deref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(method));
        let query_fits = self.query.as_deref().is_none_or(|part| query.contains(part));
        method_fits && query_fits && glob::path_fits(&self.path, path)
    }
}

impl Occurrence {
    fn includes(&self, nth: u64) -> bool {
        match self {
            Self::Nth(wanted) => *wanted == nth,
            Self::Among(wanted) => wanted.contains(&nth),
            Self::Every => true,
        }
    }
}

/// A script being played: the rules with their counts.
#[derive(Debug, Default)]
pub(super) struct Faults {
    rules: Vec<(FaultRule, u64)>,
}

impl Faults {
    pub fn new(script: FaultScript) -> Self {
        Self { rules: script.rules.into_iter().map(|rule| (rule, 0)).collect() }
    }

    /// Counts the request at every rule it fits and gives the action of the first whose turn it is.
    pub fn next_for(&mut self, method: &str, path: &str, query: &str) -> Option<FaultAction> {
        let mut action = None;
        for (rule, count) in &mut self.rules {
            if !rule.fits(method, path, query) {
                continue;
            }
            *count += 1;
            if action.is_none() && rule.occurrence.includes(*count) {
                action = Some(rule.action.clone());
            }
        }
        action
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_is_read_and_played_by_occurrence() {
        let script = FaultScript::from_json(
            r#"{"rules": [
                {"method": "GET", "path": "/v1/playlists/*/items", "occurrence": 2, "action": "reset"},
                {"path": "/api/token", "occurrence": [1, 3], "action": {"answer": {"status": 503, "retry_after": 2}}},
                {"path": "/v1/me", "action": {"stall": {"ms": 5}}},
                {"path": "/v1/x", "occurrence": "every", "action": {"apply_then_lose": {}}}
            ]}"#,
        )
        .expect("script");
        let mut faults = Faults::new(script);
        let mut hit = |method: &str, path: &str| faults.next_for(method, path, "").is_some();
        assert!(!hit("GET", "/v1/playlists/a/items"));
        assert!(!hit("PUT", "/v1/playlists/a/items"));
        assert!(hit("GET", "/v1/playlists/b/items"));
        assert!(!hit("GET", "/v1/playlists/a/items"));
        assert_eq!([1, 2, 3].map(|_| hit("POST", "/api/token")), [true, false, true]);
        assert!(hit("GET", "/v1/me/playlists"));
        assert!(hit("GET", "/v1/x"));
    }

    #[test]
    fn a_misspelt_script_is_refused() {
        assert!(FaultScript::from_json(r#"{"rules": [{"path": "/", "action": "explode"}]}"#).is_err());
        assert!(
            FaultScript::from_json(r#"{"rules": [{"path": "/", "occurrence": "often", "action": "reset"}]}"#).is_err()
        );
    }
}
